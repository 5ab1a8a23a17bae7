//! The way to the centre, step by step: name, connection, whose answer it is.

use super::found::{Finding, Part, Words};
use super::words;
use crate::client::check_address;
use crate::engine::Engine;
use crate::error::Error;
use crate::outbox::Identity;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// Looks how far this machine comes on its way to the centre.
pub(super) fn centre(engine: &Engine, me: &Identity) -> Finding {
    let address = me.address.as_str();
    let base = match check_address(address) {
        Ok(base) => base,
        Err(e) => return failed(address, &e),
    };
    let host = base.host_str().unwrap_or_default().to_owned();
    let port = base.port_or_known_default().unwrap_or(443);
    let bare = host.trim_matches(['[', ']']).to_owned();
    let places: Vec<_> = match (bare.as_str(), port).to_socket_addrs() {
        Ok(places) => places.collect(),
        Err(_) => Vec::new(),
    };
    if places.is_empty() {
        return Finding::bad(
            Part::Centre,
            Words::of(
                format!("找不到 {host}：网络没连上，或者这里的网不认识这个名字"),
                format!("{host} is not found: there is no network, or it does not know this name"),
            ),
            Words::of(
                "先看别的网页开不开得了；都开不了，请店里查网线或 Wi-Fi。销售照常，联网后自己送。",
                "See whether any web page opens; if none does, check the cable or the Wi-Fi. Selling goes on, and is sent later.",
            ),
        );
    }
    let reached = places
        .iter()
        .any(|place| TcpStream::connect_timeout(place, CONNECT).is_ok());
    if !reached {
        return Finding::bad(
            Part::Centre,
            Words::of(
                format!("{host} 的 {port} 端口连不上"),
                format!("port {port} of {host} does not answer"),
            ),
            Words::of(
                format!(
                    "请网管放行到 {host}:{port} 的连接；别家店也连不上的话，是总部的服务停了。"
                ),
                format!(
                    "Have the network let connections to {host}:{port} pass; where no shop reaches it, the service is down."
                ),
            ),
        );
    }
    match engine.hello_now() {
        Ok(()) => Finding::good(
            Part::Centre,
            Words::of(
                format!("连得上总部 {host}"),
                format!("the centre at {host} answers"),
            ),
        ),
        Err(e) => failed(address, &e),
    }
}

fn failed(address: &str, error: &Error) -> Finding {
    let number = error.code().1;
    if let Error::Offline(why) = error {
        let lower = why.to_lowercase();
        if lower.contains("certificate") || lower.contains("unknownissuer") {
            return Finding::bad(
                Part::Centre,
                Words::of(
                    format!("{address} 的证书不可信"),
                    format!("the certificate of {address} is not trusted"),
                ),
                Words::of(
                    "先看这台机器的日期对不对；日期没错，可能是公司的网关在中间拆包，请找网管。",
                    "See that this machine's date is right; if it is, a gateway of the network may be opening connections: ask who runs it.",
                ),
            )
            .numbered(number);
        }
        if lower.contains("something else answers") {
            return Finding::bad(
                Part::Centre,
                Words::of(
                    "回答的不是总部：多半是商场的登录页",
                    "something else answers in the centre's place: most likely the network's sign-in page",
                ),
                Words::of(
                    "请在浏览器里先登录这个网络。",
                    "Sign in to the network in a browser first.",
                ),
            )
            .numbered(number);
        }
        return Finding::bad(
            Part::Centre,
            Words::of(
                format!("总部没有回答：{why}"),
                format!("the centre does not answer: {why}"),
            ),
            Words::of(
                "过几分钟再试；一直这样请告诉总部。销售照常。",
                "Try again in some minutes; if it stays so, tell headquarters. Selling goes on.",
            ),
        )
        .numbered(number);
    }
    let (said, todo) = words::of_error(error);
    Finding::bad(Part::Centre, said, todo).numbered(number)
}
