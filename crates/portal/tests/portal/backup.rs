//! A copy of the data base, and a portal that goes on with it.

use std::fs;

use ankong_portal::Store;

use crate::{
    at_rest::found,
    browser::Browser,
    site::{MEI, MING, Site, configuration},
    support::{Card, ORIGIN},
};

#[tokio::test]
async fn members_sign_in_at_a_portal_that_was_restored_from_a_copy_made_while_it_ran() {
    let site = Site::new().await;
    let mut ming = Browser::of(&site, MING).await;
    let challenge = ming.challenge("A123456789").await;
    ming.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("portal.sqlite");
    let database = site.folder.path().join("portal.sqlite");
    Store::back_up(&database, &copy).await.unwrap();
    assert!(ming.get("/").await.body.contains("id=\"crown\""), "the portal has not noticed");

    let keys = ["data.key", "national-id.key"];
    let secrets = keys.map(|key| fs::read_to_string(site.folder.path().join(key)).unwrap());
    let bytes = secrets.each_ref().map(|secret| hex::decode(secret).unwrap());
    let backup = fs::read(&copy).unwrap();
    for key in &bytes {
        assert!(!backup.windows(key.len()).any(|part| part == key));
    }
    assert_eq!(found(folder.path(), "portal", &[MING, MEI, &secrets[0], &secrets[1]]), [""; 0]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = Store::back_up(&database, &copy).await;
    assert!(again.is_err() && fs::read(&copy).unwrap() == backup, "what is there stays");

    for key in keys {
        fs::copy(site.folder.path().join(key), folder.path().join(key)).unwrap();
    }
    let restored = Site::opened(configuration(&folder)).await;
    let mut ming = Browser::of(&restored, MING).await;
    assert!(ming.get("/").await.body.contains("id=\"crown\""));
    Browser::of(&restored, MEI).await;
}
