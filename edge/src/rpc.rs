//! How the Worker talks to its Durable Objects: a command goes in, its reply comes out.
//!
//! Both are in postcard's form, which has neither names nor types in it, and so takes a tenth of the Worker's code less than JSON.
//! What it lacks, [`FORM`] is for.

#[cfg(test)]
mod tests;

use crate::problem::Problem;
use crate::sql::{self, Sql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::OnceCell;
use std::fmt::Display;
use worker::js_sys::{Function, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{ByteStream, Env, ObjectNamespace, Request, Response, ResponseBody, web_sys};

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
    fn run(self, sql: &impl Sql, now: i64) -> Result<Self::Reply, sql::Error>;
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
) -> Result<ByteStream, Problem> {
    let body = write(message).map_err(|error| failure(namespace, name, path, &error))?;
    let response = fetch(env, namespace, name, path, body).await?;
    let stream = response.body().ok_or_else(|| failure(namespace, name, path, &"no reply"))?;
    Ok(stream.into())
}

async fn deliver(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    body: Vec<u8>,
) -> Result<Vec<u8>, Problem> {
    let response = fetch(env, namespace, name, path, body).await?;
    body_of(&response).await.map_err(|error| failure(namespace, name, path, &error))
}

/// What is the same for all messages, so that the Worker has it once, and not once for each. It calls the object through the
/// platform's own interface: the crate's reads a reply through a stream, and copies properties that nothing here needs, which
/// took a tenth of an answer's time.
async fn fetch(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    body: Vec<u8>,
) -> Result<web_sys::Response, Problem> {
    let exchange = async {
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(&Uint8Array::from(&body[..]));
        let object = objects(env, namespace)?.get_by_name(name)?.into_rpc::<JsValue>();
        let fetch: Function = Reflect::get(&object, &"fetch".into())?.dyn_into()?;
        let address = format!("https://object{path}");
        let promise: Promise = fetch.call2(&object, &address.into(), &init)?.dyn_into()?;
        let response: web_sys::Response = JsFuture::from(promise).await?.dyn_into()?;
        Ok::<_, worker::Error>(response)
    };
    let response = exchange.await.map_err(|error| failure(namespace, name, path, &error))?;
    if response.status() == 200 {
        return Ok(response);
    }
    let said = body_of(&response).await.unwrap_or_default();
    Err(failure(namespace, name, path, &String::from_utf8_lossy(&said)))
}

async fn body_of(response: &web_sys::Response) -> worker::Result<Vec<u8>> {
    let body = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&body).to_vec())
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

/// The object's side of [`send`].
pub(crate) async fn serve<C: Command>(sql: &impl Sql, request: Request) -> worker::Result<Response> {
    serve_with(request, |command: C, now| command.run(sql, now)).await
}

/// [`serve`], where an object does more with a command than to run it. `run` must not be asynchronous.
pub(crate) async fn serve_with<C: Command>(
    mut request: Request,
    run: impl FnOnce(C, i64) -> Result<C::Reply, sql::Error>,
) -> worker::Result<Response> {
    let reply = take::<C>(&mut request)
        .await
        .and_then(|command| run(command, crate::clock::now()))
        .and_then(|reply| write(&reply));
    match reply {
        // Not `from_bytes`, which sets a header.
        Ok(reply) => Response::from_body(ResponseBody::Body(reply)),
        Err(error) => failed(&error),
    }
}

/// What was sent to an object.
pub(crate) async fn take<T: DeserializeOwned>(request: &mut Request) -> Result<T, sql::Error> {
    read(&request.bytes().await?)
}

fn write(message: &impl Serialize) -> Result<Vec<u8>, sql::Error> {
    Ok(postcard::to_extend(message, vec![FORM])?)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, sql::Error> {
    match bytes.split_first() {
        Some((&FORM, message)) => Ok(postcard::from_bytes(message)?),
        Some((form, _)) => {
            Err(sql::Error(format!("a message of form {form} from another build; this one's is {FORM}")))
        }
        None => Err(sql::Error("a message without a byte".into())),
    }
}

/// A failure, told to the Worker, which logs it.
pub(crate) fn failed(error: &sql::Error) -> worker::Result<Response> {
    Ok(Response::ok(error.to_string())?.with_status(500))
}
