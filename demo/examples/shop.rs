//! Runs the shop alone, for work on its looks: `cargo run -p sondeo-demo --example shop`.

use std::io;

#[tokio::main]
async fn main() -> io::Result<()> {
    let shop = sondeo_demo::serve(sondeo_demo::Config {
        addr: ([127, 0, 0, 1], 8788).into(),
        collector: "http://127.0.0.1:8787".into(),
        site: "kestrel".into(),
        csp: Some("script-src 'self' http://127.0.0.1:8787 'wasm-unsafe-eval'; style-src 'self'".into()),
    })
    .await?;
    println!("shop {}", shop.origin());
    tokio::signal::ctrl_c().await?;
    shop.stop().await;
    Ok(())
}
