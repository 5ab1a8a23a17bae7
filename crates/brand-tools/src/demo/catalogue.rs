//! What the demo brand sells and gives for points.

use ingredients::List;
use protocol::entity::{Product, Reward};
use serde::Deserialize;

use super::DemoError;
use super::ean;

const PRODUCTS: &str = include_str!("catalogue.toml");
const REWARDS: &str = include_str!("rewards.toml");

/// A product and how often it is chosen.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    /// As counters see it.
    pub product: Product,
    /// Its ingredients, read.
    pub list: List,
    /// Its price in yuan.
    pub yuan: i64,
    /// How often it is chosen beside others that suit as well.
    pub weight: u32,
}

#[derive(Deserialize)]
struct Products {
    product: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    article: u32,
    name: String,
    name_en: String,
    size: String,
    category: String,
    price: String,
    swatch: String,
    allergens: Vec<String>,
    suits: Vec<String>,
    lasts_days: u32,
    weight: u32,
}

#[derive(Deserialize)]
struct Rewards {
    reward: Vec<Reward>,
}

/// The products, in the order of their numbers.
pub(crate) fn articles() -> Result<Vec<Article>, DemoError> {
    let written: Products =
        toml::from_str(PRODUCTS).map_err(|e| DemoError::built("products", &e))?;
    written
        .product
        .into_iter()
        .map(|w| {
            let price = w
                .price
                .parse()
                .map_err(|e| DemoError::built("a price", &e))?;
            let yuan = w
                .price
                .parse()
                .map_err(|e| DemoError::built("a price", &e))?;
            let product = Product {
                sku: format!("TH{}", w.article),
                barcode: Some(ean::barcode(w.article)),
                name: w.name,
                name_en: w.name_en,
                size: w.size,
                category: w.category,
                price: Some(price),
                swatch: w.swatch,
                allergens: w.allergens,
                suits: w.suits,
                lasts_days: w.lasts_days,
                active: true,
            };
            Ok(Article {
                list: List::of(&product.allergens),
                product,
                yuan,
                weight: w.weight,
            })
        })
        .collect()
}

/// The rewards.
pub(crate) fn rewards() -> Result<Vec<Reward>, DemoError> {
    let written: Rewards = toml::from_str(REWARDS).map_err(|e| DemoError::built("rewards", &e))?;
    Ok(written.reward)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const SWATCHES: [&str; 15] = [
        "serum", "cream", "dew", "milk", "gel", "oil", "mist", "sun", "foam", "cleanser", "mask",
        "perilla", "powder", "lip-05", "lip-07",
    ];

    #[test]
    fn products_can_be_told_apart_and_shown() {
        let articles = articles().unwrap();
        assert!(articles.len() >= 55, "{}", articles.len());
        let mut skus = HashSet::new();
        let mut names = HashSet::new();
        for Article { product, yuan, .. } in &articles {
            assert!(skus.insert(product.sku.clone()), "{}", product.sku);
            assert!(
                names.insert((product.name.clone(), product.size.clone())),
                "{}",
                product.name
            );
            assert!(
                SWATCHES.contains(&product.swatch.as_str()),
                "{}",
                product.swatch
            );
            assert!((50..=2_000).contains(yuan), "{}", product.name);
            let code = product.barcode.clone().unwrap();
            let check = ean::check_digit(&code[..12]);
            assert_eq!(code[12..].parse::<u32>().unwrap(), check);
        }
    }

    #[test]
    fn rewards_rise_in_steps() {
        let rewards = rewards().unwrap();
        assert!(
            rewards
                .iter()
                .any(|r| r.min_tier.as_deref() == Some("diamond"))
        );
        for reward in rewards {
            assert!(
                SWATCHES.contains(&reward.swatch.as_str()),
                "{}",
                reward.swatch
            );
            assert_eq!(reward.points.0 % 100, 0);
            assert!(reward.points.0 >= 100);
        }
    }
}
