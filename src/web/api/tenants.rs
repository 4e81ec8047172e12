//! The tenant itself, and the ways to sign in to it.

use super::answers::{Answer, nothing, one};
use super::bodies::{IdentityProviderView, LOCAL_PROVIDER, TenantView};
use super::call::Call;
use crate::flows::admin::AdminError;
use crate::oauth::ApiAct;

/// What most programs call first, to see whether their token works.
pub(super) async fn show(call: Call) -> Answer {
    let by = call.may_read(ApiAct::ReadAccount)?;
    one(&TenantView::from(&call.provider.read_tenant(&by).await?))
}

/// Whether it is there: 204, where other HEADs answer 200.
pub(super) async fn probe(call: Call) -> Answer {
    let by = call.may_read(ApiAct::ReadAccount)?;
    call.provider.read_tenant(&by).await?;
    nothing()
}

pub(super) async fn providers(call: Call) -> Answer {
    call.may_read(ApiAct::ReadAccount)?;
    let listing = call.listing()?;
    let (total, page) = listing.cut(vec![IdentityProviderView::LOCAL]);
    Ok(listing.answer(&call.own_address(), total, &page))
}

pub(super) async fn provider(call: Call) -> Answer {
    call.may_read(ApiAct::ReadAccount)?;
    if call.id.eq_ignore_ascii_case(LOCAL_PROVIDER) {
        return one(&IdentityProviderView::LOCAL);
    }
    Err(AdminError::NotFound("identity provider").into())
}
