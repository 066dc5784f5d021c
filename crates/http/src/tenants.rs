//! Whose request it is, where one daemon serves several tenants. Each has services of its own over a store
//! of its own, and routes that know nothing else: what is asked reaches one tenant or none.

use std::sync::Arc;

use agent_assist_app::access::DenialService;
use agent_assist_domain::access::{Denial, Limits, Stray};
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::ports::AuditTrail;
use axum::Router;
use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderName};
use axum::response::Response;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use crate::problem::{Kind, Problem};
use crate::state::{Asking, Services, Shared};

/// Names the tenant that a request is of, where its key does not.
pub const TENANT: HeaderName = HeaderName::from_static("agent-assist-tenant");

/// Who is served.
#[derive(Debug)]
pub struct Served {
    first: Services,
    others: Vec<Services>,
    house: Option<House>,
}

/// What belongs to the daemon, where it serves several tenants.
#[derive(Clone, Debug)]
pub struct House {
    /// Puts on record who was denied of no tenant's.
    pub denials: DenialService,
    /// The log of that.
    pub trail: Arc<dyn AuditTrail>,
}

/// One tenant, whose store is the daemon's, too.
impl From<Services> for Served {
    fn from(services: Services) -> Self {
        Self {
            first: services,
            others: Vec::new(),
            house: None,
        }
    }
}

impl Served {
    /// Several tenants, which must know callers by the same keys.
    pub fn several(first: Services, others: Vec<Services>, house: House) -> Self {
        Self {
            first,
            others,
            house: Some(house),
        }
    }

    /// What each shares with its handlers: `share` says it of the first, `alike` of others.
    pub(crate) fn shared(
        self,
        share: impl FnOnce(Services) -> Shared,
        alike: impl Fn(&Shared, Services) -> Shared,
    ) -> Everybody {
        let first = share(self.first);
        let others = self.others.into_iter().map(|other| alike(&first, other));
        Everybody {
            others: others.collect(),
            first,
            house: self.house,
        }
    }
}

/// What handlers of every tenant share.
#[derive(Clone, Debug)]
pub(crate) struct Everybody {
    /// Serves what belongs to no tenant, too: of what it has there, only what is the same for all is used.
    pub(crate) first: Shared,
    others: Vec<Shared>,
    house: Option<House>,
}

impl Everybody {
    /// Everybody's `routes`, apart.
    pub(crate) fn apart(&self, routes: impl Fn() -> Router<Shared>) -> Tenants {
        let all = std::iter::once(&self.first).chain(&self.others);
        let tenants = all.map(|shared| Tenant {
            name: shared.services().tenant.as_str().into(),
            shared: shared.clone(),
            routes: routes().with_state(shared.clone()),
        });
        Tenants(Arc::new(Inner {
            tenants: tenants.collect(),
            house: self.house.clone(),
        }))
    }

    /// Every store, the daemon's own among them.
    pub(crate) fn stores(&self) -> Stores {
        let of_tenant = |shared: &Shared| {
            let services = shared.services();
            StoreOf {
                tenant: self.house.as_ref().map(|_| services.tenant.clone()),
                trail: Arc::clone(&services.trail),
            }
        };
        let house = self.house.iter().map(|house| StoreOf {
            tenant: None,
            trail: Arc::clone(&house.trail),
        });
        let all = std::iter::once(&self.first).chain(&self.others);
        Stores(house.chain(all.map(of_tenant)).collect())
    }
}

/// Stores, for those who look whether they are well.
#[derive(Clone, Debug)]
pub(crate) struct Stores(pub(crate) Arc<[StoreOf]>);

/// One of them.
#[derive(Debug)]
pub(crate) struct StoreOf {
    /// Whose it is, where the daemon serves several tenants and it is one's own.
    pub(crate) tenant: Option<String>,
    /// What can be read of it.
    pub(crate) trail: Arc<dyn AuditTrail>,
}

/// Tenants, and where each answers. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Tenants(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tenants: Vec<Tenant>,
    house: Option<House>,
}

/// One tenant.
#[derive(Debug)]
pub(crate) struct Tenant {
    name: Arc<str>,
    shared: Shared,
    /// Without a door: whoever comes here has passed one.
    routes: Router,
}

/// Whose an answer is, for those who measure.
#[derive(Clone, Debug)]
pub(crate) struct OfTenant(pub(crate) Arc<str>);

impl Tenants {
    /// Whether there are several.
    fn are_several(&self) -> bool {
        self.0.house.is_some()
    }

    /// The tenant that a request is of; `None` where there is only one, and it names no other.
    ///
    /// # Errors
    /// The problem, if that is not clear or not allowed; a denial is on record then.
    pub(crate) async fn of(
        &self,
        asking: &Asking,
        named: Option<&str>,
    ) -> Result<Option<&Tenant>, Problem> {
        if named.is_none() && !self.are_several() {
            return Ok(None);
        }
        let limits = &asking.caller.limits;
        let names = self.0.tenants.iter().map(|tenant| &*tenant.name);
        match limits.tenant_of(named, names) {
            Ok(name) => Ok(self.find(name).filter(|_| self.are_several())),
            Err(Stray::Denied) => Err(self.deny(asking, named.or(limits.tenant.as_deref())).await),
            Err(Stray::Unnamed) => {
                Err(unclear("say whose it is by the header Agent-Assist-Tenant"))
            }
            Err(Stray::Unknown) => Err(unclear("no tenant of that name is served here")),
        }
    }

    /// Whether the caller may do what concerns all tenants.
    ///
    /// # Errors
    /// The problem, if it is for one of several; that is on record then.
    pub(crate) async fn permit_all(&self, asking: &Asking) -> Result<(), Problem> {
        let Limits { tenant, .. } = &asking.caller.limits;
        match tenant {
            Some(tenant) if self.are_several() => Err(self.deny(asking, Some(tenant)).await),
            _ => Ok(()),
        }
    }

    /// On record it is where the tenant asked for has its log, else where the daemon has.
    async fn deny(&self, asking: &Asking, tenant: Option<&str>) -> Problem {
        let asked = tenant.and_then(|name| self.find(name));
        match (asked, &self.0.house, self.0.tenants.first()) {
            (Some(tenant), ..) | (None, None, Some(tenant)) => {
                tenant.shared.deny(asking, Denial::Tenant, None).await
            }
            (None, Some(house), Some(first)) => {
                let denials = &house.denials;
                first
                    .shared
                    .deny_by(denials, asking, Denial::Tenant, None)
                    .await
            }
            (None, _, None) => Problem::internal(),
        }
    }

    fn find(&self, name: &str) -> Option<&Tenant> {
        self.0.tenants.iter().find(|tenant| &*tenant.name == name)
    }
}

impl Tenant {
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The answer of this tenant's handler to `request`, which has passed the door.
    pub(crate) async fn answer(&self, request: Request, asking: Asking) -> Response {
        let (mut parts, body) = request.into_parts();
        // What the way here has found in the path would be found twice.
        parts.extensions = Extensions::new();
        parts.extensions.insert(asking);
        let request = Request::from_parts(parts, body);
        let routes = TowerToHyperService::new(self.routes.clone());
        let Ok(mut response) = routes.call(request).await;
        response
            .extensions_mut()
            .insert(OfTenant(Arc::clone(&self.name)));
        response
    }
}

/// The tenant that a request names, if it does.
pub(crate) fn named(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut said = headers.get_all(TENANT).iter();
    match (said.next(), said.next()) {
        (None, _) => Ok(None),
        (Some(name), None) => match name.to_str() {
            Ok(name) if is_identifier(name) => Ok(Some(name.to_owned())),
            _ => Err(unclear("no tenant of that name is served here")),
        },
        (Some(_), Some(_)) => Err(unclear("name one tenant")),
    }
}

fn unclear(detail: &'static str) -> Problem {
    Problem::new(Kind::TenantUnclear, detail)
}
