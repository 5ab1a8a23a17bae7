//! What a store has of rewards: said, and read back as its counters are told.

use centre::stock;
use protocol::entity::{self as wire, EntityKind};

use super::{Bench, Counter};

/// Puts a sample among what points can be given for.
pub async fn reward(bench: &Bench, id: &str) {
    let reward = serde_json::json!({"id": id, "name": "小样", "kind": "sample", "points": 10});
    let reward: wire::Reward = serde_json::from_value(reward).unwrap();
    let mut work = bench.centre.work().await.unwrap();
    centre::catalogue::put_reward(&mut work, &reward)
        .await
        .unwrap();
    work.commit().await.unwrap();
}

/// Says how many pieces a store has; answers whether that could be said.
pub async fn set(bench: &Bench, store: &str, reward: &str, pieces: Option<u32>) -> bool {
    let mut work = bench.centre.work().await.unwrap();
    let done = stock::set(&mut work, &store.into(), reward, pieces)
        .await
        .is_ok();
    if done {
        work.commit().await.unwrap();
    }
    done
}

/// What the store's feed says is left of a reward; none where it is not counted.
pub async fn left(bench: &Bench, counter: &Counter, reward: &str) -> Option<u32> {
    let pulled = counter.pull(bench, "store:S1", 0).await;
    let of = |c: &&protocol::pull::Change| c.entity == EntityKind::Stock.name() && c.key == reward;
    let body = pulled.changes.iter().find(of)?.body.as_ref()?;
    let stock: wire::Stock = serde_json::from_str(body.get()).unwrap();
    assert_eq!(stock.reward, reward);
    Some(stock.left)
}
