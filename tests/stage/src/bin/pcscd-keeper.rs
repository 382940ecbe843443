//! Keeps a pcscd with two virtual readers for one program that cannot start it, such as a test built for Windows and
//! run by Wine: `pcscd-keeper PROGRAM ARGUMENT...` ends as the program does. The program finds the daemon by its
//! environment, and this keeper at the address in `ANKONG_PCSCD_KEEPER`: a line there is an order, a line back what
//! came of it.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    keeper::keep()
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod keeper {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::process::Command;
    use std::sync::{Arc, Mutex, PoisonError};

    use ankong_stage::PrivatePcscd;
    use anyhow::{Context, Result, bail};

    pub(super) fn keep() -> Result<()> {
        let mut arguments = std::env::args_os().skip(1);
        let program = arguments.next().context("usage: pcscd-keeper PROGRAM ARGUMENT...")?;
        let pcscd = PrivatePcscd::start()?;
        let environment = pcscd.environment();
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let pcscd = Arc::new(Mutex::new(Some(pcscd)));
        let kept = Arc::clone(&pcscd);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let pcscd = Arc::clone(&kept);
                std::thread::spawn(move || obey(client, &pcscd));
            }
        });
        let mut command = Command::new(program);
        command.args(arguments).envs(environment).env("ANKONG_PCSCD_KEEPER", address);
        let status = command.status()?;
        // Its folder goes with it; the threads that obey are still there.
        drop(pcscd.lock().unwrap_or_else(PoisonError::into_inner).take());
        std::process::exit(status.code().unwrap_or(1))
    }

    fn obey(client: TcpStream, pcscd: &Mutex<Option<PrivatePcscd>>) -> Result<()> {
        let mut answers = client.try_clone()?;
        for order in BufReader::new(client).lines() {
            let mut pcscd = pcscd.lock().unwrap_or_else(PoisonError::into_inner);
            match carry_out(&order?, pcscd.as_mut().context("the program has ended")?) {
                Ok(told) => writeln!(answers, "done {told}")?,
                Err(error) => writeln!(answers, "{}", format!("{error:#}").replace('\n', " "))?,
            }
        }
        Ok(())
    }

    fn carry_out(order: &str, pcscd: &mut PrivatePcscd) -> Result<String> {
        match order {
            "vpcd-port" => return Ok(pcscd.vpcd_port().to_string()),
            "stop" => pcscd.stop(),
            "restart" => pcscd.restart()?,
            "restart-without-readers" => pcscd.restart_without_readers()?,
            _ => bail!("unknown order {order}"),
        }
        Ok(String::new())
    }
}
