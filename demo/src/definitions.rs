//! The shop's site and surveys, in the form that the collector's API takes.

/// The site definition (JSON), with `shop_origin` as the only origin that may post answers.
#[must_use]
pub fn site_definition(shop_origin: &str) -> String {
    include_str!("../site.json").replace("{shop}", shop_origin)
}

/// Id and definition (JSON) of each survey that the shop's pages trigger, in the order of a customer's journey.
#[must_use]
pub fn surveys() -> [(&'static str, &'static str); 3] {
    [
        ("product-page", include_str!("../surveys/product-page.json")),
        ("post-purchase", include_str!("../surveys/post-purchase.json")),
        ("help-article", include_str!("../surveys/help-article.json")),
    ]
}
