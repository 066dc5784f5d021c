//! What a listener answers with, which something else can take the place of while it listens. A request
//! stays with what it began with; the next one on the same connection meets the new.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tokio_rustls::TlsAcceptor;

/// What a listener shows of itself.
pub(crate) struct Face {
    pub(crate) router: Router,
    /// For connections that are yet to come.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// The face of a listener. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Live(Arc<RwLock<Arc<Face>>>);

impl Live {
    pub(crate) fn new(face: Face) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(face))))
    }

    /// The one that there is now.
    pub(crate) fn face(&self) -> Arc<Face> {
        let face = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&face)
    }

    /// From the next request on it is this one.
    pub(crate) fn replace(&self, face: Face) {
        let face = Arc::new(face);
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, face);
        // What it holds may take a while to be let go of.
        drop(place);
        drop(before);
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live(..)")
    }
}

type Routed = TowerToHyperService<Router>;

impl Service<Request<Incoming>> for Live {
    type Response = <Routed as Service<Request<Incoming>>>::Response;
    type Error = <Routed as Service<Request<Incoming>>>::Error;
    type Future = <Routed as Service<Request<Incoming>>>::Future;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        TowerToHyperService::new(self.face().router.clone()).call(request)
    }
}
