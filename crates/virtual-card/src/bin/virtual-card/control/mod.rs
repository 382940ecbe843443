//! The control page: HTTP on 127.0.0.1, for a tester at this computer and for scripts.
//!
//! What it takes is one [`Order`](crate::order::Order) a request; [`guard`] keeps web pages out.
//! tiny_http has no deadlines, so each request has a thread of its own and a silent one stops nobody
//! else.

mod guard;

use std::io::Read;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Context;
use serde_json::json;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::bench::Bench;
use crate::order::Order;
use guard::Guard;

/// Listens, serves on threads of its own as long as the program runs, and tells the port.
pub(crate) fn start(port: u16, bench: Arc<Mutex<Bench>>) -> anyhow::Result<u16> {
    let server = Server::http((Ipv4Addr::LOCALHOST, port))
        .map_err(anyhow::Error::from_boxed)
        .with_context(|| format!("the control page cannot have port {port}; name another one"))?;
    let port = server.server_addr().to_ip().context("no address")?.port();
    thread::Builder::new().name("control page".to_owned()).spawn(move || {
        for request in server.incoming_requests() {
            let bench = Arc::clone(&bench);
            // Without a thread nobody answers, and the connection closes.
            let _ = thread::Builder::new().spawn(move || serve(request, Guard { port }, &bench));
        }
    })?;
    Ok(port)
}

fn serve(mut request: Request, guard: Guard, bench: &Mutex<Bench>) {
    let reply = reply(&mut request, guard, bench);
    let mut response = Response::from_data(reply.body).with_status_code(reply.status);
    let own = [("Content-Type", reply.kind)];
    for (name, value) in own.into_iter().chain(HEADER) {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    // Whoever has gone misses nothing.
    let _ = request.respond(response);
}

struct Reply {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
}

fn reply(request: &mut Request, guard: Guard, bench: &Mutex<Bench>) -> Reply {
    if let Err(refused) = guard.check(request) {
        return failed(refused.status(), &refused.to_string());
    }
    match (request.method(), request.url()) {
        (Method::Get, "/") => asset("text/html; charset=utf-8", include_bytes!("page.html")),
        (Method::Get, "/page.css") => asset("text/css; charset=utf-8", include_bytes!("page.css")),
        (Method::Get, "/page.js") => {
            asset("text/javascript; charset=utf-8", include_bytes!("page.js"))
        }
        (Method::Get, "/status") => status(bench),
        (Method::Post, "/orders") => order(request, bench),
        (_, "/" | "/page.css" | "/page.js" | "/status" | "/orders") => {
            failed(405, "that is not done here")
        }
        _ => failed(404, "nothing lies here"),
    }
}

fn order(request: &mut Request, bench: &Mutex<Bench>) -> Reply {
    let mut line = String::new();
    let mut body = request.as_reader().take(LONGEST_ORDER + 1);
    match body.read_to_string(&mut line) {
        Ok(length) if length as u64 > LONGEST_ORDER => return failed(413, "the order is too long"),
        Ok(_) => {}
        Err(_) => return failed(400, "the order is no text"),
    }
    let order: Order = match line.parse() {
        Ok(order) => order,
        Err(error) => return failed(400, &format!("{error}")),
    };
    let obeyed = bench.lock().unwrap_or_else(PoisonError::into_inner).obey(order);
    match obeyed {
        Ok(()) => status(bench),
        Err(error) => failed(409, &format!("{error:#}")),
    }
}

fn status(bench: &Mutex<Bench>) -> Reply {
    let status = bench.lock().unwrap_or_else(PoisonError::into_inner).status();
    match status.and_then(|status| Ok(serde_json::to_vec(&status)?)) {
        Ok(body) => Reply { status: 200, kind: JSON, body },
        Err(error) => failed(500, &format!("{error:#}")),
    }
}

fn failed(status: u16, error: &str) -> Reply {
    Reply { status, kind: JSON, body: json!({ "error": error }).to_string().into_bytes() }
}

fn asset(kind: &'static str, content: &[u8]) -> Reply {
    Reply { status: 200, kind, body: content.to_vec() }
}

const JSON: &str = "application/json";
/// Bytes; the longest order there is has some eighty.
const LONGEST_ORDER: u64 = 1024;
/// No other page may frame, load or read this one.
const HEADER: [(&str, &str); 4] = [
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
];
