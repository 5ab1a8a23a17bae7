//! One provider: where her browser goes, and what it comes back with.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, TokenResponse, TokenUrl,
};
use reqwest::{Client, Url};
use ring::signature::RsaKeyPair;
use serde::Deserialize;

use crate::answer::OAuth;
use crate::config::Config;
use crate::error::{AuthoriseError, ConfigError};
use crate::http::{address, client};
use crate::{alipay, plain, wechat};

/// One provider, ready to be asked.
#[derive(Debug)]
pub struct Provider {
    config: Config,
    client: Client,
    authorize: Url,
    token: Url,
    /// Where who she is, or her number, is told by a second call.
    second: Option<Url>,
    key: Option<RsaKeyPair>,
}

/// Where her browser is to go, and what is to be kept until it comes back.
#[derive(Debug)]
pub struct Begun {
    /// The address.
    pub url: String,
    /// Comes back as it is: random, so that nobody else's answer is taken for hers.
    pub state: String,
    /// What proves that whoever asks for the token is who began (RFC 7636); none where the provider knows none.
    pub verifier: Option<String>,
}

/// What a provider told of her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorised {
    /// Who she is to this brand.
    pub open_id: String,
    /// Her number, as the provider has it; none where it tells none.
    pub phone: Option<String>,
}

type Answering<'a> =
    Pin<Box<dyn Future<Output = Result<HttpResponse, AuthoriseError>> + Send + 'a>>;

/// The library's way to a provider: what it asks is asked in the provider's own way.
struct Way<'a> {
    provider: &'a Provider,
    code: String,
    now: DateTime<Utc>,
}

impl<'c> AsyncHttpClient<'c> for Way<'_> {
    type Error = AuthoriseError;
    type Future = Answering<'c>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.provider.answer(request, &self.code, self.now))
    }
}

impl Provider {
    /// Takes settings.
    ///
    /// # Errors
    /// Where something of them cannot be used.
    pub(crate) fn new(config: Config) -> Result<Self, ConfigError> {
        let (authorize, token, second, key) = match &config {
            Config::Wechat(c) => (&c.authorize, &c.token, c.phone.clone(), None),
            Config::Alipay(c) => {
                let second = c.phone.then(|| c.gateway.clone());
                (&c.authorize, &c.gateway, second, Some(alipay::key(c)?))
            }
            Config::Plain(c) => (&c.authorize, &c.token, Some(c.user.clone()), None),
        };
        Ok(Self {
            authorize: address(authorize)?,
            token: address(token)?,
            second: second.as_deref().map(address).transpose()?,
            key,
            client: client()?,
            config,
        })
    }

    /// What it is called.
    #[must_use]
    pub fn id(&self) -> &str {
        self.config.id()
    }

    /// As what the code comes back.
    #[must_use]
    pub fn code_parameter(&self) -> &'static str {
        match &self.config {
            Config::Alipay(_) => "auth_code",
            Config::Wechat(_) | Config::Plain(_) => "code",
        }
    }

    /// Where her browser is to go, to come back to `back`.
    #[must_use]
    pub fn begin(&self, back: &str) -> Begun {
        let state = CsrfToken::new_random();
        let authorize = self.authorize.clone();
        let (url, verifier) = match &self.config {
            Config::Wechat(c) => (wechat::begin(c, authorize, back, state.secret()), None),
            Config::Alipay(c) => (alipay::begin(c, authorize, back, state.secret()), None),
            Config::Plain(c) => {
                let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
                let client = self.library().set_auth_uri(AuthUrl::from_url(authorize));
                let scopes = c.scope.split_whitespace().map(|s| Scope::new(s.to_owned()));
                let mut asking = client
                    .authorize_url(|| state.clone())
                    .add_scopes(scopes)
                    .set_pkce_challenge(challenge);
                if let Ok(back) = RedirectUrl::new(back.to_owned()) {
                    asking = asking.set_redirect_uri(std::borrow::Cow::Owned(back));
                }
                let (url, _) = asking.url();
                (url.into(), Some(verifier.into_secret()))
            }
        };
        Begun {
            url,
            state: state.into_secret(),
            verifier,
        }
    }

    /// Asks who she is, with what her browser came back with. `back` is as it was given to [`begin`](Self::begin).
    ///
    /// # Errors
    /// [`AuthoriseError`].
    pub async fn finish(
        &self,
        back: &str,
        code: &str,
        verifier: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Authorised, AuthoriseError> {
        let http = Way {
            provider: self,
            code: code.to_owned(),
            now,
        };
        let client = self
            .library()
            .set_token_uri(TokenUrl::from_url(self.token.clone()));
        let mut asking = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = verifier {
            asking = asking.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        }
        if let Ok(back) = RedirectUrl::new(back.to_owned()) {
            asking = asking.set_redirect_uri(std::borrow::Cow::Owned(back));
        }
        let given = asking.request_async(&http).await.map_err(|e| match e {
            RequestTokenError::ServerResponse(said) => AuthoriseError::Refused(said.to_string()),
            RequestTokenError::Request(error) => error,
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                AuthoriseError::Unanswered("no token".to_owned())
            }
        })?;
        let token = given.access_token().secret();
        let open_id = given.extra_fields().open_id.clone();
        let (open_id, phone) = self.told(token, open_id, now).await?;
        let open_id = open_id.filter(|id| !id.is_empty());
        Ok(Authorised {
            open_id: open_id.ok_or(AuthoriseError::Nobody)?,
            phone,
        })
    }

    /// What the second call tells. A number that is not told is no failure: she types it.
    async fn told(
        &self,
        token: &str,
        open_id: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(Option<String>, Option<String>), AuthoriseError> {
        let Some(url) = self.second.clone() else {
            return Ok((open_id, None));
        };
        let phone = match (&self.config, &self.key) {
            (Config::Plain(_), _) => return plain::user(&self.client, url, token).await,
            (Config::Wechat(_), _) => {
                let id = open_id.clone().unwrap_or_default();
                wechat::phone(&self.client, url, token, &id).await
            }
            (Config::Alipay(c), Some(key)) => {
                alipay::phone(c, (&self.client, url, key), token, now).await
            }
            (Config::Alipay(_), None) => Ok(None),
        };
        Ok((open_id, phone.unwrap_or(None)))
    }

    async fn answer(
        &self,
        request: HttpRequest,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<HttpResponse, AuthoriseError> {
        let url = self.token.clone();
        match (&self.config, &self.key) {
            (Config::Wechat(c), _) => wechat::token(c, &self.client, url, code).await,
            (Config::Alipay(c), Some(key)) => {
                alipay::token(c, (&self.client, url, key), code, now).await
            }
            (Config::Alipay(_) | Config::Plain(_), _) => plain::token(&self.client, request).await,
        }
    }

    fn library(&self) -> OAuth {
        let (id, secret) = match &self.config {
            Config::Wechat(c) => (&c.app_id, Some(c.secret.as_str())),
            Config::Alipay(c) => (&c.app_id, None),
            Config::Plain(c) => (&c.client_id, Some(c.client_secret.as_str())),
        };
        let client = OAuth::new(ClientId::new(id.clone())).set_auth_type(AuthType::RequestBody);
        match secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
            None => client,
        }
    }
}

/// Reads the settings of all providers: `{"providers": [{"flavour": "wechat", …}, …]}`.
///
/// # Errors
/// Where they are none, or cannot be used.
pub fn read(document: &[u8]) -> Result<Vec<Provider>, ConfigError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct All {
        providers: Vec<Config>,
    }
    let all: All = serde_json::from_slice(document)?;
    let mut seen = BTreeSet::new();
    for one in &all.providers {
        let id = one.id();
        let fits = (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase());
        if !fits {
            let why = format!("{id:?} is no name of a provider: 1 to 20 small letters");
            return Err(ConfigError::Said(why));
        }
        if !seen.insert(id.to_owned()) {
            return Err(ConfigError::Said(format!("two providers are called {id}")));
        }
    }
    all.providers.into_iter().map(Provider::new).collect()
}
