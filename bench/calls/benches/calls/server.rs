//! A server on the loopback interface, in its own thread, that answers every request with the same bytes.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Starts the server; it runs until the process ends.
pub fn start(body: String) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let answer: &'static [u8] = Box::leak(
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nx-amzn-requestid: \
             0b1c2d3e-0000-4000-8000-000000000001\r\ndate: Sun, 30 Aug 2015 12:36:00 GMT\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
        .into_boxed_slice(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer));
            }
        });
    });
    Ok(address)
}

/// The requests have no bodies, and follow one another on a connection.
async fn serve(mut stream: TcpStream, answer: &'static [u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::with_capacity(8192);
    loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            stream.write_all(answer).await?;
        }
    }
}
