//! Pictures of people, of which there are none: known people have no picture, unknown ones are
//! unknown.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::account;
use visavis_app::subject::UserKey;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key};

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(photo_me))
        .routes(routes!(photo_me_bytes))
        .routes(routes!(photo_user))
        .routes(routes!(photo_user_bytes))
}

impl Call {
    async fn photo_of(self, key: UserKey) -> Result<Answer, ApiError> {
        let user = self.read(move |tx, ctx| account::get(tx, ctx, &key)).await;
        user.map_err(ApiError::of_directory)?;
        Err(ApiError::image_not_found())
    }
}

/// One's own picture: there is none, 404 `ImageNotFound`.
#[utoipa::path(get, path = "/v1.0/me/photo", tag = "users", responses(Errors))]
async fn photo_me(call: Call) -> Result<Answer, ApiError> {
    drop(call);
    Err(ApiError::image_not_found())
}

/// One's own picture: there is none, 404 `ImageNotFound`.
#[utoipa::path(get, path = "/v1.0/me/photo/$value", tag = "users", responses(Errors))]
async fn photo_me_bytes(call: Call) -> Result<Answer, ApiError> {
    drop(call);
    Err(ApiError::image_not_found())
}

/// Somebody's picture: there is none, 404 `ImageNotFound`.
#[utoipa::path(get, path = "/v1.0/users/{user_id}/photo", tag = "users",
    params(("user_id" = String, Path)), responses(Errors))]
async fn photo_user(call: Call, Key(key): Key<UserKey>) -> Result<Answer, ApiError> {
    call.photo_of(key).await
}

/// Somebody's picture: there is none, 404 `ImageNotFound`.
#[utoipa::path(get, path = "/v1.0/users/{user_id}/photo/$value", tag = "users",
    params(("user_id" = String, Path)), responses(Errors))]
async fn photo_user_bytes(call: Call, Key(key): Key<UserKey>) -> Result<Answer, ApiError> {
    call.photo_of(key).await
}
