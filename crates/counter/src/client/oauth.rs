//! Asking for a token, as RFC 6749 says it.

use super::answer::{Answer, Source};
use super::tokens::{Asking, Standing, Tokens};
use super::{Client, Request, Signer};
use crate::error::{Error, Result};
use futures_util::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::http::{Response, StatusCode};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ExtraTokenFields, HttpRequest, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
};
use protocol::attestation::Attested;
use protocol::signature::DEVICE_HEADER;
use protocol::token::{
    ASSERTION_TYPE, Assertion, Covers, Invalid, PROOF_HEADER, Proof, Rotated, SCHEME,
    TOKEN_SECONDS, TokenError,
};
use protocol::token::{TOKEN_PATH, TokenRefusal, TokenReply};
use protocol::{Epoch, ErrorCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Askings of one request: for a nonce, for the token, and once more where a nonce was over by then.
const MOST: u32 = 3;
/// How long another process of this device may ask.
const OTHER_PROCESS: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// The library wants an address; where the centre is, the way to it knows.
const NAMED: &str = "https://centre.invalid/v1/token";

#[derive(Debug, Serialize, Deserialize)]
struct Beside {
    #[serde(default)]
    rotated: Option<Attested<Rotated>>,
}

impl ExtraTokenFields for Beside {}

type Given = StandardTokenResponse<Beside, BasicTokenType>;
type OAuth = oauth2::Client<
    BasicErrorResponse,
    Given,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
>;

/// Why there was none this time.
enum Unanswered {
    /// The answer has the nonce to ask again by.
    Nonce,
    Failed(Error),
}

impl Client {
    /// The token of a request, asked for where none holds; none where the centre is of a build that gives none.
    pub(super) async fn token(&self, signer: &Signer) -> Result<Option<Arc<str>>> {
        let tokens = &signer.tokens;
        loop {
            match tokens.standing() {
                Standing::Token(token) => return Ok(Some(token)),
                Standing::NoneThere => return Ok(None),
                Standing::Ask => {}
            }
            let _alone = tokens.asking.lock().await;
            if let Standing::Ask = tokens.standing() {
                self.ask(signer).await?;
            }
        }
    }

    async fn ask(&self, signer: &Signer) -> Result<()> {
        let tokens = &signer.tokens;
        loop {
            let asking = begin(tokens).await?;
            let given = match self.given(signer, &asking).await {
                Err(Error::Refused {
                    code: ErrorCode::NotFound,
                    message,
                }) => {
                    if tokens.words.has_had_one()? {
                        return Err(Error::Nonsense(format!(
                            "a centre that gave tokens gives none: {message}"
                        )));
                    }
                    tokens.set_none_there(true);
                    return Ok(());
                }
                other => other?,
            };
            tokens.words.keep(given.extra_fields().rotated.as_ref())?;
            if asking.again {
                // whoever has a copy of this folder began the same, and is told from this one by the next
                continue;
            }
            let usual = Duration::from_secs(TOKEN_SECONDS.unsigned_abs());
            let holds = given.expires_in().unwrap_or(usual);
            tokens.take(given.access_token().secret(), holds);
            return Ok(());
        }
    }

    async fn given(&self, signer: &Signer, asking: &Asking) -> Result<Given> {
        for _ in 0..MOST {
            match self.asked_once(signer, asking).await {
                Ok(given) if is_dpop(&given) => return Ok(given),
                Ok(_) => return Err(Error::Nonsense("a token of another kind".into())),
                Err(Unanswered::Nonce) => {}
                Err(Unanswered::Failed(error)) => return Err(error),
            }
        }
        // each was over by the time it came: the line is slower than any that is of use
        Err(Error::Offline("no nonce holds as long as the way".into()))
    }

    fn asked_once(
        &self,
        signer: &Signer,
        asking: &Asking,
    ) -> BoxFuture<'static, std::result::Result<Given, Unanswered>> {
        let carrier = Carrier {
            client: self.clone(),
            signer: signer.clone(),
        };
        Box::pin(carrier.ask(asking.epoch, asking.rotated, asking.request))
    }
}

/// Carries what the library asks.
struct Carrier {
    client: Client,
    signer: Signer,
}

impl<'c> AsyncHttpClient<'c> for Carrier {
    type Error = Error;
    type Future = BoxFuture<'c, Result<Response<Vec<u8>>>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry_form(request.into_body()))
    }
}

impl Carrier {
    async fn ask(
        self,
        epoch: Epoch,
        rotated: Option<Attested<Rotated>>,
        request: Uuid,
    ) -> std::result::Result<Given, Unanswered> {
        let signer = &self.signer;
        let failed = |e: Invalid| Unanswered::Failed(Error::OutboxDamaged(e.to_string()));
        let place = (signer.centre, signer.device);
        let (_, now) = signer.tokens.nonce();
        let said = Assertion::new(place, epoch, rotated, request, now);
        let said = said.sign(&signer.key).map_err(failed)?;
        let address = TokenUrl::new(NAMED.to_owned())
            .map_err(|e| Unanswered::Failed(Error::AddressInvalid(e.to_string())))?;
        let asked = OAuth::new(ClientId::new(signer.device.to_string()))
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(address);
        let answered = asked
            .exchange_client_credentials()
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", said)
            .request_async(&self)
            .await;
        answered.map_err(|error| match error {
            RequestTokenError::Request(error) => Unanswered::Failed(error),
            RequestTokenError::ServerResponse(said) => refused(&said),
            RequestTokenError::Parse(e, _) => Unanswered::Failed(Error::Nonsense(e.to_string())),
            RequestTokenError::Other(why) => Unanswered::Failed(Error::Nonsense(why)),
        })
    }

    /// Carries the form that the library made, with a proof.
    async fn carry_form(&self, body: Vec<u8>) -> Result<Response<Vec<u8>>> {
        let signer = &self.signer;
        let covers = Covers {
            centre: signer.centre,
            method: "POST",
            path: TOKEN_PATH,
            token: None,
            body: &body,
        };
        let (nonce, now) = signer.tokens.nonce();
        let proof = Proof::of(&covers, nonce, now);
        let proof = proof.sign(&signer.key);
        let proof = proof.map_err(|e| Error::OutboxDamaged(e.to_string()))?;
        let form = "application/x-www-form-urlencoded";
        let answer = self
            .client
            .send(Request {
                method: "POST",
                path: TOKEN_PATH.to_owned(),
                headers: vec![
                    (DEVICE_HEADER, signer.device.to_string()),
                    (PROOF_HEADER, proof),
                    ("content-type", form.to_owned()),
                    ("accept", "application/json".to_owned()),
                ],
                body,
            })
            .await?;
        signer.tokens.hear(&answer);
        heard(signer, answer)
    }
}

/// An answer for the library, where it is one of a centre that gives tokens.
fn heard(signer: &Signer, answer: Answer) -> Result<Response<Vec<u8>>> {
    let source = Source::of(answer.centre.as_deref(), Some(signer.centre))?;
    let is_one = match answer.status {
        200 => match serde_json::from_slice::<TokenReply>(&answer.body) {
            Ok(_) => true,
            Err(e) => return Err(source.nonsense(200, e.to_string())),
        },
        400 | 401 => serde_json::from_slice::<TokenRefusal>(&answer.body).is_ok(),
        _ => false,
    };
    if !is_one {
        return Err(source.refusal(answer.status, &answer.body));
    }
    let mut response = Response::new(answer.body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    Ok(response)
}

fn is_dpop(given: &Given) -> bool {
    given.token_type().as_ref().eq_ignore_ascii_case(SCHEME)
}

fn refused(said: &BasicErrorResponse) -> Unanswered {
    let message = said.error_description().cloned().unwrap_or_default();
    match said.error() {
        BasicErrorResponseType::Extension(word) if word == TokenError::UseDpopNonce.word() => {
            Unanswered::Nonce
        }
        BasicErrorResponseType::InvalidClient => Unanswered::Failed(Error::Refused {
            code: ErrorCode::NotAuthenticated,
            message,
        }),
        other => Unanswered::Failed(Error::Refused {
            code: ErrorCode::Malformed,
            message: format!("{other}: {message}"),
        }),
    }
}

/// Waits for the turn to ask, among the processes of this device.
async fn begin(tokens: &Tokens) -> Result<Asking> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(asking) = tokens.words.begin()? {
            return Ok(asking);
        }
        if waited > OTHER_PROCESS {
            return Err(Error::Busy);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        waited += LOOK_AGAIN;
    }
}
