//! The tenant itself, and the ways to sign in to it.

use super::answers::{Answer, nothing, one};
use super::bodies::{IdentityProviderView, LOCAL_PROVIDER, TenantView};
use super::call::Call;
use super::listing::PAGE;
use super::operation::Operation;
use super::shape::shape_of;
use crate::flows::admin::AdminError;
use crate::oauth::ApiAct::ReadAccount;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("", ReadAccount, show)
            .named("getTenant", "Shows the account. What most programs call first, to see whether their token works.")
            .shows(shape_of::<TenantView>()),
        Operation::head("", ReadAccount, probe)
            .named("probeTenant", "Tells whether the account is there.")
            .answers_nothing(),
        Operation::get("/IdentityProviders", ReadAccount, providers)
            .named("listIdentityProviders", "Lists the ways to sign in.")
            .lists::<IdentityProviderView>(PAGE),
        Operation::get("/IdentityProviders/{identityProviderId}", ReadAccount, provider)
            .named("getIdentityProvider", "Shows a way to sign in.")
            .shows(shape_of::<IdentityProviderView>()),
    ]
}

async fn show(call: Call) -> Answer {
    one(&TenantView::from(&call.provider.read_tenant(&call.by).await?))
}

/// Whether it is there: 204, where other HEADs answer 200.
async fn probe(call: Call) -> Answer {
    call.provider.read_tenant(&call.by).await?;
    nothing()
}

async fn providers(call: Call) -> Answer {
    let listing = call.listing()?;
    let (total, page) = listing.cut(vec![IdentityProviderView::LOCAL]);
    Ok(listing.answer(&call.own_address(), total, &page))
}

async fn provider(call: Call) -> Answer {
    if call.id.eq_ignore_ascii_case(LOCAL_PROVIDER) {
        return one(&IdentityProviderView::LOCAL);
    }
    Err(AdminError::NotFound("identity provider").into())
}
