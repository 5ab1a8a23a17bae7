//! The centre on a network: who may reach it, over what, and what slow, many and impatient ones can take from the
//! others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tests::centre::Serving;
use tests::elsewhere::{ask, connect, is_closed, status};
use tests::programs::program;
use tests::{Shop, process};

/// Connections of whoever keeps them: more than a process of 1,024 descriptors has.
const SLOW: usize = 1_100;

/// This test's own process may have them.
fn many_files() {
    let had = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: had.maximum,
        maximum: had.maximum,
    };
    setrlimit(Resource::Nofile, wanted).unwrap();
}

/// Connections that say the beginning of a request, or nothing.
fn slow(last: u8, port: u16) -> Vec<TcpStream> {
    let beginnings: [&[u8]; 4] = [
        b"",
        b"POST /v1/push HTTP/1.1\r\nhost: centre\r\nx",
        b"PRI * HTTP/2.0\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    (0..SLOW)
        .map_while(|n| {
            let mut stream = connect(last, port)?;
            // one that was closed already takes nothing
            let _ = stream.write_all(beginnings[n % beginnings.len()]);
            Some(stream)
        })
        .collect()
}

fn open(all: &mut [TcpStream]) -> usize {
    all.iter_mut().map(|s| usize::from(!is_closed(s))).sum()
}

/// Row 18: a process with 1,024 descriptors, and 1,100 connections that say nothing, or a little.
#[test]
fn slow_connections_take_their_share_and_end() {
    many_files();
    let shop = Shop::open_with(&Serving {
        args: &["--limit-loopback"],
        open_files: Some(1_024),
    });
    let counter = shop.counter("A");
    let port = shop.centre.port();
    let began = Instant::now();
    let mut held = slow(2, port);
    assert_eq!(held.len(), SLOW, "all were taken by the system");
    // half of what the process bears, and not one more, as soon as the others were let go
    let mut kept = open(&mut held);
    while kept > 416 && began.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(100));
        kept = open(&mut held);
    }
    assert!((100..=416).contains(&kept), "{kept} are kept");
    let (head, took) = ask(1, port, "/healthz", &[]);
    assert_eq!(status(&head), 200, "{head}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    counter.sync();
    // a byte now and then buys no time
    while open(&mut held) > 0 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{} still",
            open(&mut held)
        );
        for stream in &mut held {
            let _ = stream.write(b"x");
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    counter.sync();
}

/// The same from this machine itself, which is held to no share: nothing is answered while they hold all, and they do
/// not for long.
#[test]
fn slow_connections_that_hold_all_do_not_for_long() {
    many_files();
    let shop = Shop::open_with(&Serving {
        args: &[],
        open_files: Some(1_024),
    });
    let counter = shop.counter("A");
    let mut held = slow(2, shop.centre.port());
    assert!(open(&mut held) > 800, "{}", open(&mut held));
    let began = Instant::now();
    while status(&ask(1, shop.centre.port(), "/healthz", &[]).0) != 200 {
        assert!(began.elapsed() < Duration::from_secs(40), "no answer");
        std::thread::sleep(Duration::from_millis(500));
    }
    counter.sync();
}

#[test]
fn plain_http_is_refused_where_others_could_listen() {
    let dir = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let mut command = Command::new(program("central"));
        command.args(["serve", "--listen", listen, "--data"]);
        let refused = process::output(command.arg(dir.path().join("data")));
        let why = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{why}");
        assert!(
            why.contains("--tls-cert") && why.contains("--behind-proxy"),
            "{why}"
        );
    }
    assert!(!dir.path().join("data").exists(), "nothing was made");
}

/// A certificate for this machine, and whoever signed it.
fn certificates(dir: &Path) {
    let mut own = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    own.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    own.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    let own_key = rcgen::KeyPair::generate().unwrap();
    let authority = own.self_signed(&own_key).unwrap();
    let issuer = rcgen::Issuer::new(own, own_key);
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(names).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    std::fs::write(dir.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(dir.join("centre.pem"), certificate.pem()).unwrap();
    std::fs::write(dir.join("centre.key"), key.serialize_pem()).unwrap();
    let wide = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(dir.join("centre.key"), wide).unwrap();
}

/// The head of an answer over TLS.
fn over_tls(dir: &Path, port: u16, path: &str) -> String {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName};
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(dir.join("ca.pem")).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut tls = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).unwrap();
    tcp.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut stream = rustls::Stream::new(&mut tls, &mut tcp);
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // how it ends is the other side's business: what was said is here
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).to_lowercase();
    text.split("\r\n\r\n").next().unwrap().to_owned()
}

fn has(head: &str, name: &str, value: &str) -> bool {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.any(|(n, v)| n == name && v.contains(value))
}

#[test]
fn a_counter_speaks_tls_with_a_centre_whose_certificate_it_trusts() {
    let dir = tempfile::tempdir().unwrap();
    certificates(dir.path());
    let file = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (file("centre.pem"), file("centre.key"));
    let shop = Shop::open_with(&Serving {
        args: &["--tls-cert", &certificate, "--tls-key", &key],
        open_files: None,
    });
    let mode = std::fs::metadata(file("centre.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "the key was open to others");
    let base = shop.centre.told["phone_base"].as_str().unwrap();
    assert!(base.starts_with("https://127.0.0.1:"), "{base}");
    let url = format!("https://localhost:{}", shop.centre.port());
    let code = shop.centre.enrol_code(&shop.store, true);
    // who does not know who signed the certificate tells it nothing
    let mut counter = shop.bare("A");
    let refused = counter.run(&["enrol", "--centre", &url, "--code", &code, "--name", "A"]);
    assert_eq!(refused.code(), "offline", "{}", refused.stderr);
    counter
        .env
        .push(("SSL_CERT_FILE".into(), file("ca.pem").into()));
    counter.enrol(&url, &code, "A");
    counter.sync();
    // where it is not trusted any more, the doctor says that it is the certificate
    let doctor = |counter: &tests::Counter| counter.run(&["doctor", "--language", "en"]);
    assert_eq!(doctor(&counter).exit, Some(0));
    counter.env.pop();
    let output = counter.command(&["doctor"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.code() == Some(1) && said.contains("is not trusted"),
        "{said}"
    );

    let answer = over_tls(dir.path(), shop.centre.port(), "/healthz");
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    let page = over_tls(dir.path(), shop.centre.port(), "/j/AAAA");
    for head in [&answer, &page] {
        for (name, value) in [
            ("strict-transport-security", "max-age=31536000"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "deny"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert!(has(head, name, value), "{name} in {head}");
        }
    }
    assert!(
        has(&page, "content-security-policy", "script-src 'self'"),
        "{page}"
    );
    assert!(!page.contains("unsafe"), "{page}");
    // plain HTTP is not answered there
    let (plain, _) = ask(1, shop.centre.port(), "/healthz", &[]);
    assert_eq!(status(&plain), 0, "{plain}");
}

#[test]
fn only_a_declared_proxy_says_who_asks() {
    let shop = Shop::open_with(&Serving {
        args: &[
            "--behind-proxy",
            "127.0.0.3",
            "--limit-loopback",
            "--unsigned-per-address",
            "1",
        ],
        open_files: None,
    });
    let port = shop.centre.port();
    let burst = |last: u8, ports: std::ops::Range<u8>| -> Vec<String> {
        ports
            .map(|n| {
                let who = format!("203.0.113.{n}");
                ask(last, port, "/healthz", &[("x-forwarded-for", &who)]).0
            })
            .collect()
    };
    // thirty who ask through the proxy are thirty; one who says so is one
    let through = burst(3, 0..30);
    assert!(
        through.iter().all(|head| status(head) == 200),
        "{through:?}"
    );
    let past = burst(4, 0..30);
    let refused: Vec<&String> = past.iter().filter(|head| status(head) == 429).collect();
    assert!(refused.len() >= 10, "{past:?}");
    let head = refused[0].to_lowercase();
    assert!(
        head.lines().any(|line| line.starts_with("retry-after: ")),
        "{head}"
    );
    assert!(head.contains("counterpart-centre: "), "{head}");
    // and one who asks again and again through the proxy is one as well
    let again: Vec<u16> = (0..30)
        .map(|_| status(&ask(3, port, "/healthz", &[("x-forwarded-for", "198.51.100.1")]).0))
        .collect();
    assert!(
        again.iter().filter(|s| **s == 429).count() >= 10,
        "{again:?}"
    );
}

/// The limits by default, and a hundred counters behind one address that all sync at once.
#[test]
fn a_store_behind_one_address_is_not_held_up() {
    let shop = Shop::open_with(&Serving {
        args: &["--limit-loopback"],
        open_files: None,
    });
    let port = shop.centre.port();
    let began = Instant::now();
    let threads: Vec<_> = (0..10)
        .map(|thread| {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                for n in 0..300 {
                    // it is held to its pace before its signature is looked at
                    let device = format!("00000000-0000-4000-8000-{:012}", thread * 10 + n % 10);
                    let headers = [("counterpart-device", device.as_str())];
                    said.push(status(&ask(2, port, "/v1/live", &headers).0));
                }
                said
            })
        })
        .collect();
    let all: Vec<u16> = threads
        .into_iter()
        .flat_map(|t| t.join().unwrap())
        .collect();
    println!("3,000 requests of 100 devices in {:?}", began.elapsed());
    assert!(all.iter().all(|status| *status == 401), "{all:?}");
    let counter = shop.counter("A");
    counter.sync();
}

#[test]
fn a_device_that_asks_too_often_is_told_when_to_come_again() {
    let shop = Shop::open_with(&Serving {
        args: &["--limit-loopback", "--requests-per-device", "1"],
        open_files: None,
    });
    let port = shop.centre.port();
    let asked = |device: &str| {
        let headers = [("counterpart-device", device)];
        ask(2, port, "/v1/live", &headers).0
    };
    let one: Vec<u16> = (0..40).map(|_| status(&asked("one"))).collect();
    assert!(one.iter().filter(|s| **s == 401).count() >= 20, "{one:?}");
    assert!(one.iter().filter(|s| **s == 429).count() >= 5, "{one:?}");
    // the other beside it is not
    assert_eq!(status(&asked("other")), 401);
}

/// Row 20: what the centre's processes make is for their owner alone.
#[test]
fn files_of_the_centre_are_for_their_owner_alone_and_follow_no_link() {
    let shop = Shop::open();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let data = shop.centre.data();
    assert_eq!(mode(&data), 0o700);
    for file in std::fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert_eq!(mode(&shop.centre.sms_file()), 0o600);
    let dir = shop.dir();
    let central = |args: &[&str]| {
        let mut command = Command::new(program("central"));
        process::output(command.args(args).arg("--data").arg(&data))
    };
    let backup = dir.join("backup.db");
    let made = central(&["backup", "--to", backup.to_str().unwrap()]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert_eq!(mode(&backup), 0o600);
    // what a link leads to stays as it is
    let theirs = dir.join("theirs");
    std::fs::write(&theirs, "theirs").unwrap();
    let link = dir.join("link");
    std::os::unix::fs::symlink(&theirs, &link).unwrap();
    let at = link.to_str().unwrap();
    for args in [
        &["backup", "--to", at][..],
        &["serve", "--listen", "127.0.0.1:0", "--sms-outbox", at],
    ] {
        let refused = central(args);
        assert!(!refused.status.success(), "{args:?}");
    }
    let rows = dir.join("members.csv");
    std::fs::write(&rows, "no,name,phone\n=1+1,甲,13800000001\n").unwrap();
    let map = dir.join("map.toml");
    let fields = "timezone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n[stores]\nname = \"{id}\"\n\
        [members]\nno = \"no\"\nname = \"name\"\nphone = \"phone\"\nhome_store = { constant = \"S001\" }\n";
    std::fs::write(&map, fields).unwrap();
    let rejects = dir.join("rejects");
    std::fs::create_dir(dir.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(dir.join("elsewhere"), &rejects).unwrap();
    let import = |rejects: &Path| {
        central(&[
            "import",
            "--map",
            map.to_str().unwrap(),
            "--members",
            rows.to_str().unwrap(),
            "--rejects",
            rejects.to_str().unwrap(),
        ])
    };
    let refused = import(&rejects);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("symbolic link"), "{why}");
    assert_eq!(std::fs::read_dir(dir.join("elsewhere")).unwrap().count(), 0);
    assert_eq!(std::fs::read(&theirs).unwrap(), b"theirs");
    // and a formula is no card number, and goes out as a text
    let apart = dir.join("apart");
    import(&apart);
    let text = std::fs::read_to_string(apart.join("members.rejects.csv")).unwrap();
    assert!(text.contains("'=1+1") && text.contains("formula"), "{text}");
}
