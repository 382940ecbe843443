//! When the process has no file descriptor left.

use std::net::TcpStream;
use std::time::Duration;

use ankong_stage::eventually;

use crate::helper::{Helper, PATIENCE, SITE};

/// The tests open more connections than a shell's usual limit.
pub(crate) fn allow_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

#[test]
fn without_descriptors_it_makes_room_and_comes_back() {
    allow_many();
    let helper = Helper::start_with_descriptors(40);
    let held: Vec<TcpStream> = (0..100).map(|_| helper.tcp()).collect();
    let ask = || {
        let answer = helper.caller.get("/v1/status", SITE);
        Ok(answer.ok().filter(|answer| answer.status == 200).map(drop))
    };
    eventually("an answer beside a hundred silent callers", PATIENCE, ask).unwrap();
    drop(held);
    eventually("an answer after they are gone", Duration::from_secs(2), ask).unwrap();
    helper.assert_serves();
    let log = std::fs::read_to_string(helper.process.log()).unwrap();
    let said = log.matches("could not be accepted").count();
    assert!((1..=100).contains(&said), "{log}");
}
