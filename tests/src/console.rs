//! The console, as a browser and as a plain client without script open it.

use crate::browser::Browser;
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};

/// Signs a browser in.
pub async fn sign_in(browser: &Browser, base: &str, token: &str) {
    browser.goto(&format!("{base}/console/sign-in")).await;
    browser.fill("[name=token]", token).await;
    browser.click("button.main").await;
    browser.text(".side .brand").await;
}

/// Somebody who is signed in, with nothing but HTTP.
pub struct Caller {
    base: String,
    http: Client,
    cookie: String,
}

impl Caller {
    /// Signs in.
    ///
    /// # Panics
    /// When the token is not good.
    pub async fn sign_in(base: &str, token: &str) -> Self {
        let caller = Self::stranger(base);
        let reply = caller.post_as(Some(base), "/console/sign-in", &[("token", token)]).await;
        assert_eq!(reply.status(), 303);
        let cookie = reply.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { cookie, ..caller }
    }

    /// Somebody who is not.
    #[must_use]
    pub fn stranger(base: &str) -> Self {
        Self::with_cookie(base, "")
    }

    /// Somebody with this cookie.
    #[must_use]
    pub fn with_cookie(base: &str, cookie: &str) -> Self {
        let http =
            Client::builder().redirect(redirect::Policy::none()).pool_max_idle_per_host(0).build().unwrap();
        Self { base: base.into(), http, cookie: cookie.into() }
    }

    /// The cookie, `name=value`.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header(COOKIE, &self.cookie)
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Opens a page that is there.
    pub async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status(), 200, "{path}");
        reply.text().await.unwrap()
    }

    /// Sends a form from a page of this origin, as it stands.
    pub async fn post_as(&self, origin: Option<&str>, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request =
            self.request(Method::POST, path).header("Content-Type", "application/x-www-form-urlencoded");
        let request = match origin {
            Some(origin) => request.header(ORIGIN, origin),
            None => request,
        };
        request.body(body).send().await.unwrap()
    }

    /// The token that the forms of a page hold.
    pub async fn csrf(&self, page: &str) -> String {
        let page = self.page(page).await;
        value_of(&page, "csrf").unwrap_or_else(|| panic!("no form: {page}"))
    }

    /// Sends a form of a page, with the page's own token.
    pub async fn post(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf(page).await;
        let fields: Vec<(&str, &str)> =
            [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_as(Some(&self.base), path, &fields).await
    }

    /// [`Self::post`] of what must succeed, and the page after it.
    pub async fn done(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let reply = self.post(page, path, fields).await;
        let status = reply.status();
        let next = reply.headers().get(LOCATION).map(|next| next.to_str().unwrap().to_owned());
        let Some(next) = next else { panic!("{path} answered {status}: {}", reply.text().await.unwrap()) };
        self.page(&next).await
    }
}

/// The value of the first field of a name.
#[must_use]
pub fn value_of(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split('"').next()?.to_owned())
}
