//! The first start: the operator's account, and the first organisation, which whoever reads the
//! console founds.

use visavis_domain::account::{Account, ExternalChatSettings, Profile, Role, Roles, TokenKind};
use visavis_domain::address::{Domain, EmailAddress};
use visavis_domain::audit::Hash;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationKey, TokenId};
use visavis_domain::organisation::{Organisation, TrustClass};

use crate::App;
use crate::account::{self, NewAccount};
use crate::context::{Caller, Grant};
use crate::failure::{Failure, Outcome};
use crate::organisation;
use crate::token;
use crate::view::User;

const OPERATOR: &str = "deployment.operator";
const CODE: &str = "deployment.founding-code";
/// The sign-in name of the operator's account, which no e-mail address can be.
const OPERATOR_PRINCIPAL: &str = "operator";

/// Somebody who founds the first organisation.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The code from the console.
    pub code: String,
    /// What the organisation is called.
    pub organisation: String,
    /// Its first domain.
    pub domain: Domain,
    /// What its first administrator is called.
    pub display_name: String,
    /// The administrator's address, in that domain.
    pub user_principal_name: EmailAddress,
    /// The administrator's password.
    pub password: String,
}

impl App {
    /// The operator of the deployment as a caller. The account is made at the first start; it has
    /// no address and no password, so nobody finds it or signs in to it.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn operator(&self) -> Outcome<Caller> {
        let mut random = [0_u8; 16];
        self.random().fill(&mut random);
        let fresh = AccountId::new(uuid::Builder::from_random_bytes(random).into_uuid());
        let now = self.now();
        let id = self.store().write_blocking(move |tx| {
            if let Some(bytes) = tx.meta(OPERATOR)? {
                let bytes: [u8; 16] = bytes
                    .try_into()
                    .map_err(|_length| Failure::Internal { code: "operator-id" })?;
                return Ok(AccountId::from_bytes(bytes));
            }
            let account = Account {
                id: fresh,
                home: Home::Personal,
                user_principal_name: OPERATOR_PRINCIPAL.to_owned(),
                display_name: "Operator".to_owned(),
                mail: None,
                phone: None,
                profile: Profile::default(),
                is_enabled: true,
                is_minor: false,
                roles: Roles::from_iter([Role::DeploymentOperator]),
                settings: ExternalChatSettings {
                    is_discoverable_by_email: false,
                    is_discoverable_by_phone: false,
                    ..ExternalChatSettings::default()
                },
                created_at: now,
                epoch: 1,
            };
            tx.insert_account(&account, None)?;
            tx.set_meta(OPERATOR, fresh.as_bytes())?;
            Ok::<_, Failure>(fresh)
        })?;
        Ok(Caller {
            account: id,
            home: Home::Personal,
            home_key: OrganisationKey::PERSONAL,
            roles: Roles::from_iter([Role::DeploymentOperator]),
            token: TokenId::from_bytes([0; 16]),
            grant: Grant::Inherent,
            client: None,
        })
    }

    /// A new bearer token of the operator; all earlier ones are revoked.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn operator_token(&self) -> Outcome<String> {
        let operator = self.operator()?;
        self.write_blocking(operator, |tx, ctx| {
            token::revoke_all(tx, ctx, ctx.caller.account)?;
            let id = ctx.caller.account;
            let (_token, secret) = token::issue(tx, ctx, id, TokenKind::Bearer, "Operator", None)?;
            Ok(secret)
        })
    }

    /// The code with which the first organisation is founded; none once there is one. A new code
    /// at every start.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn founding_code(&self) -> Outcome<Option<String>> {
        let mut random = [0_u8; 10];
        self.random().fill(&mut random);
        self.store().write_blocking(move |tx| {
            if !tx.list_organisations(None, 1)?.is_empty() {
                return Ok::<_, Failure>(None);
            }
            let hash = Hash::of(&random).to_hex();
            let code = hash.get(..12).unwrap_or(&hash).to_owned();
            tx.set_meta(CODE, &Hash::of(code.as_bytes()).0)?;
            Ok(Some(code))
        })
    }

    /// Founds the first organisation with the code from the console.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSignedIn`] for a wrong code; [`Failure::Conflict`] when there is one already.
    pub async fn found_first(&self, founding: Founding) -> Outcome<(Organisation, User)> {
        self.limits().check_sign_in("founding", None)?;
        let hash = self.hash_password(founding.password.clone()).await?;
        let app = self.clone();
        let operator = tokio::task::spawn_blocking(move || app.operator())
            .await
            .map_err(|_panicked| Failure::Internal { code: "operator-task" })??;
        self.write(operator, move |tx, ctx| {
            if !tx.list_organisations(None, 1)?.is_empty() {
                return Err(Failure::Conflict("The first organisation is founded.".to_owned()));
            }
            let expected = tx.meta(CODE)?.ok_or(Failure::NotSignedIn)?;
            if Hash::of(founding.code.trim().as_bytes()).0.as_slice() != expected.as_slice() {
                return Err(Failure::NotSignedIn);
            }
            let domains = [founding.domain];
            let class = TrustClass::Standard;
            let organisation =
                organisation::create(tx, ctx, &founding.organisation, &domains, class)?;
            let new = NewAccount {
                display_name: founding.display_name,
                user_principal_name: founding.user_principal_name,
                phone: None,
                password: None,
                is_enabled: true,
                profile: Profile::default(),
                roles: Roles::from_iter([Role::OrganisationAdministrator]),
                is_personal: false,
                further_addresses: Vec::new(),
                is_minor: false,
            };
            let user = account::insert(tx, ctx, new, Some(&hash))?;
            Ok((organisation, user))
        })
        .await
    }
}
