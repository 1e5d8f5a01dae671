//! How the Worker talks to its Durable Objects: a command goes in, its reply comes out.
//!
//! Both are in postcard's form, which has neither names nor types in it, and so takes a tenth of the Worker's code less than JSON.
//! What it lacks, [`FORM`] is for.

#[cfg(test)]
mod tests;

use crate::problem::Problem;
use crate::sql::{Error, Sql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{OnceCell, RefCell};
use std::fmt::Display;
use worker::js_sys::{Function, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::{self, JsCast, JsValue, prelude::wasm_bindgen};
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{Env, ObjectNamespace, Response, web_sys};

/// The form of all commands and replies: the first byte of each. While a deployment goes out, a Worker may ask an object of
/// another build; what does not have this form is refused, and not misread. It is one more whenever a command or a reply
/// changes: `rpc/tests.rs` knows.
const FORM: u8 = 1;

/// Something that a Durable Object does in one synchronous stretch: nobody else's command comes in between, and a
/// crash keeps all of its writes or none. An error keeps those before it, so a command checks first and writes last.
pub(crate) trait Command: Serialize + DeserializeOwned {
    /// Its address inside the object.
    const PATH: &'static str;
    /// What the object says.
    type Reply: Serialize + DeserializeOwned;
    /// Does it. `now` is the object's clock, in milliseconds since 1970.
    fn run(self, sql: &impl Sql, now: i64) -> Result<Self::Reply, Error>;
}

/// Sends a command to the object `name` of a namespace. Whatever goes wrong is [`Problem::Unavailable`].
pub(crate) async fn send<C: Command>(
    env: &Env,
    namespace: &str,
    name: &str,
    command: &C,
) -> Result<C::Reply, Problem> {
    let body = exchange(env, namespace, name, C::PATH, command).await?;
    read(&body).map_err(|error| failure(namespace, name, C::PATH, &error))
}

/// [`send`] for what an object does over several stretches. Its reply is for the caller to read.
pub(crate) async fn exchange(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    message: &impl Serialize,
) -> Result<Vec<u8>, Problem> {
    let body = write(message).map_err(|error| failure(namespace, name, path, &error))?;
    deliver(env, namespace, name, path, body).await
}

/// [`exchange`], where the reply is long: it comes as it is read.
pub(crate) async fn open(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    message: &impl Serialize,
) -> Result<web_sys::ReadableStream, Problem> {
    let exchange = async {
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(&Uint8Array::from(&write(message)?[..]));
        let promise = object(env, namespace, name)?.fetch(&format!("https://object{path}"), &init)?;
        let reply: web_sys::Response = JsFuture::from(promise).await?.dyn_into()?;
        if reply.status() != 200 {
            let said = JsFuture::from(reply.text()?).await?;
            return Err(Error(said.as_string().unwrap_or_default()));
        }
        reply.body().ok_or_else(|| Error("no reply".into()))
    };
    exchange.await.map_err(|error| failure(namespace, name, path, &error))
}

/// What is the same for all messages, so that the Worker has it once, and not once for each.
async fn deliver(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    message: Vec<u8>,
) -> Result<Vec<u8>, Problem> {
    let exchange = async {
        let said = object(env, namespace, name)?.call(path, &Uint8Array::from(&message[..]))?;
        match JsFuture::from(said).await?.dyn_into::<Uint8Array>() {
            Ok(reply) => Ok(reply.to_vec()),
            Err(failure) => Err(Error(failure.as_string().unwrap_or_default())),
        }
    };
    exchange.await.map_err(|error| failure(namespace, name, path, &error))
}

#[wasm_bindgen]
extern "C" {
    /// An object as `entry.js` makes it, from outside of it. A call carries a path and a message: no address, headers,
    /// streams or replies are made for it.
    type Object;
    #[wasm_bindgen(method, catch)]
    fn call(this: &Object, path: &str, message: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Object, address: &str, init: &web_sys::RequestInit) -> Result<Promise, JsValue>;
}

/// An object by its name. Its namespace is looked up once an isolate, as it is the same for all requests.
fn object(env: &Env, namespace: &str, name: &str) -> Result<Object, Error> {
    thread_local! {
        static KNOWN: RefCell<Vec<(String, ObjectNamespace)>> = const { RefCell::new(Vec::new()) };
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, objects)) = known.iter().find(|(name, _)| name == namespace) {
            return Ok(objects.get_by_name(name)?.into_rpc());
        }
        let objects = objects(env, namespace)?;
        let object = objects.get_by_name(name)?.into_rpc();
        known.push((namespace.to_owned(), objects));
        Ok(object)
    })
}

/// Where all objects are to lie and run, if the deployment says so. Objects in a jurisdiction are others than those of the
/// same name outside of it.
pub(crate) fn jurisdiction(env: &Env) -> Option<String> {
    thread_local! {
        static NAME: OnceCell<Option<String>> = const { OnceCell::new() };
    }
    let look_up = || env.var("SONDEO_JURISDICTION").ok().map(|name| name.to_string());
    NAME.with(|name| name.get_or_init(|| look_up().filter(|name| !name.is_empty())).clone())
}

/// The objects of a namespace; those of the jurisdiction, where there is one.
fn objects(env: &Env, namespace: &str) -> worker::Result<ObjectNamespace> {
    let everywhere = env.durable_object(namespace)?;
    let Some(name) = jurisdiction(env) else { return Ok(everywhere) };
    // The `worker` crate knows it for random ids alone. A runtime without jurisdictions throws, and so does one that does
    // not know this one.
    let everywhere = JsValue::from(everywhere);
    let restrict: Function = Reflect::get(&everywhere, &"jurisdiction".into())?.dyn_into()?;
    Ok(restrict.call1(&everywhere, &name.into())?.unchecked_into())
}

fn failure(namespace: &str, name: &str, path: &str, what: &impl Display) -> Problem {
    Problem::Unavailable(format!("{namespace} {name} {path}: {what}"))
}

/// The object's side of a call that waits for something: a promise of [`said`].
pub(crate) fn later(work: impl Future<Output = Result<Vec<u8>, Error>> + 'static) -> JsValue {
    future_to_promise(async move { Ok(said(work.await)) }).into()
}

/// A reply, or what went wrong as text.
pub(crate) fn said(reply: Result<Vec<u8>, Error>) -> JsValue {
    match reply {
        Ok(reply) => Uint8Array::from(&reply[..]).into(),
        Err(error) => error.to_string().into(),
    }
}

/// Runs a command that was sent, and writes its reply.
pub(crate) fn serve<C: Command>(sql: &impl Sql, message: &[u8]) -> Result<Vec<u8>, Error> {
    serve_with(message, |command: C, now| command.run(sql, now))
}

/// [`serve`], where an object does more with a command than to run it.
pub(crate) fn serve_with<C: Command>(
    message: &[u8],
    run: impl FnOnce(C, i64) -> Result<C::Reply, Error>,
) -> Result<Vec<u8>, Error> {
    write(&run(read(message)?, crate::clock::now())?)
}

fn write(message: &impl Serialize) -> Result<Vec<u8>, Error> {
    Ok(postcard::to_allocvec(&(FORM, message))?)
}

/// What was sent.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    match bytes.split_first() {
        Some((&FORM, message)) => Ok(postcard::from_bytes(message)?),
        Some((form, _)) => {
            Err(Error(format!("a message of form {form} from another build; this one's is {FORM}")))
        }
        None => Err(Error("a message without a byte".into())),
    }
}

/// A failure of what comes as a stream, told to the Worker, which logs it.
pub(crate) fn failed(error: &Error) -> worker::Result<Response> {
    Ok(Response::ok(error.to_string())?.with_status(500))
}
