//! The play itself: a general member becomes a gold member, in a browser, with a real window and a PIN typed into it.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::{Client, Locator};

use crate::{Browser, Ensemble, VirtualDisplay};

/// The title of the window that asks for consent and PIN.
pub const WINDOW: &str = "^安控";

/// Signs in, chooses the way of the card, and opens its page once the component runs.
///
/// # Errors
/// When the page does not go along; the message says where.
pub async fn open_gold_page(
    browser: &Browser,
    ensemble: &Ensemble,
    say: &mut dyn FnMut(&str),
) -> Result<()> {
    let page = browser.client();
    let membership = open_component_page(browser, ensemble, Ensemble::EMAIL).await?;
    say(&format!("signed in: {membership}"));
    open_card_page(browser).await?;
    wait_for(page, "#component-status[data-state='running']").await?;
    say(&format!("金質會員認證: {}", text(page, "#component-status").await?.replace('\n', " ")));
    Ok(())
}

/// Signs a member in and goes as far as the page of the component. Gives the membership.
///
/// # Errors
/// When the page does not go along; the message says where.
pub async fn open_component_page(
    browser: &Browser,
    ensemble: &Ensemble,
    account: &str,
) -> Result<String> {
    let page = browser.client();
    page.goto(&format!("{}/sign-in", ensemble.origin())).await?;
    fill(page, "#email", account).await?;
    fill(page, "#password", Ensemble::PASSWORD).await?;
    click(page, "#sign-in").await?;
    let membership = text(page, "#membership").await?;
    click(page, "#start-gold").await?;
    click(page, "#way-card").await?;
    wait_for(page, "#component-status").await?;
    Ok(membership)
}

/// From the page of the component on to the page of the card.
///
/// # Errors
/// When the component does not run.
pub async fn open_card_page(browser: &Browser) -> Result<()> {
    click(browser.client(), "#next:not([disabled])").await?;
    wait_for(browser.client(), "#national-id").await
}

/// Types the national ID.
///
/// # Errors
/// When there is no place for it.
pub async fn type_id(browser: &Browser, national_id: &str) -> Result<()> {
    fill(browser.client(), "#national-id", national_id).await
}

/// Types the national ID and goes on, which brings the window up.
///
/// # Errors
/// When the page does not go along.
pub async fn ask(browser: &Browser, national_id: &str) -> Result<()> {
    type_id(browser, national_id).await?;
    click(browser.client(), "#next:not([disabled])").await
}

/// Signs a member in and proves the card, up to the portal's judgement.
///
/// # Errors
/// When page or window does not go along.
pub async fn prove(
    browser: &Browser,
    ensemble: &Ensemble,
    display: &VirtualDisplay,
    account: &str,
) -> Result<()> {
    open_component_page(browser, ensemble, account).await?;
    open_card_page(browser).await?;
    ask(browser, Ensemble::NATIONAL_ID).await?;
    type_pin(display, Ensemble::PIN).await
}

/// Waits for the window, types the PIN and confirms, until the window is gone.
///
/// # Errors
/// When no window comes, or it does not take the PIN.
pub async fn type_pin(display: &VirtualDisplay, pin: &str) -> Result<()> {
    display.wait_for_window(WINDOW, Duration::from_secs(20))?;
    enter_pin(display, pin, || Ok(display.windows_named(WINDOW)?.is_empty())).await
}

/// Types the PIN into the window that is there and confirms, until it was `taken`.
///
/// Another window may take the keyboard meanwhile. Typing then does no harm, for only a complete PIN can be confirmed; so
/// this tries again, with an empty field.
///
/// # Errors
/// When the window does not take the PIN.
pub async fn enter_pin(
    display: &VirtualDisplay,
    pin: &str,
    mut taken: impl FnMut() -> Result<bool>,
) -> Result<()> {
    for attempt in 0..5 {
        if let Err(error) = display.wait_until_ready() {
            // Perhaps the last PIN was taken late, and the window is gone.
            return if taken()? { Ok(()) } else { Err(error) };
        }
        if attempt > 0 {
            for _ in 0..16 {
                display.key("BackSpace")?;
            }
        }
        display.type_text(pin)?;
        display.key("Return")?;
        for _ in 0..30 {
            if taken()? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    bail!("the window did not take the PIN")
}

/// Signs out.
///
/// # Errors
/// When the page does not go along.
pub async fn sign_out(browser: &Browser) -> Result<()> {
    click(browser.client(), "#sign-out").await?;
    wait_for(browser.client(), "#sign-in, #with-card").await
}

/// Signs out, and in again with the card, up to the window.
///
/// # Errors
/// When the page does not go along.
pub async fn sign_in_with_the_card(browser: &Browser) -> Result<()> {
    let page = browser.client();
    sign_out(browser).await?;
    click(page, "#with-card").await?;
    click(page, "#next:not([disabled])").await
}

/// Loads the page of the component again, and comes back to it through the history: each time it leads on
/// by itself.
///
/// # Errors
/// When it does not.
pub async fn reload_and_come_back(browser: &Browser, ensemble: &Ensemble) -> Result<()> {
    let page = browser.client();
    page.goto(&format!("{}/gold/component", ensemble.origin())).await?;
    wait_for(page, "#next:not([disabled])").await?;
    page.refresh().await?;
    wait_for(page, "#next:not([disabled])").await?;
    click(page, "#back").await?;
    wait_for(page, "#next, #way-card, #crown").await?;
    page.back().await?;
    wait_for(page, "#component-status[data-state='running']").await?;
    wait_for(page, "#next:not([disabled])").await
}

/// Waits for the crown.
///
/// # Errors
/// When the member is not gold; the message holds what the page says instead.
pub async fn see_crown(browser: &Browser) -> Result<String> {
    let page = browser.client();
    if wait_for(page, "#crown").await.is_err() {
        bail!("no crown; the page says: {}", message(browser).await?);
    }
    text(page, "#membership").await
}

/// What the page tells the member.
///
/// # Errors
/// When there is no such place on the page.
pub async fn message(browser: &Browser) -> Result<String> {
    text(browser.client(), "#message").await
}

/// Waits until the page tells the member something.
///
/// # Errors
/// When it stays silent.
pub async fn wait_for_message(browser: &Browser) -> Result<String> {
    for _ in 0..200 {
        let said = message(browser).await?;
        if !said.is_empty() {
            return Ok(said);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the page says nothing")
}

/// Waits until the page tells the member something with these words in it.
///
/// # Errors
/// When it does not; the message holds what it says.
pub async fn wait_for_words(browser: &Browser, words: &str) -> Result<String> {
    for _ in 0..200 {
        let said = message(browser).await?;
        if said.contains(words) {
            return Ok(said);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the page says: {}", message(browser).await?)
}

/// Waits until the page takes another try, with the number it was given.
///
/// # Errors
/// When it does not, or has lost the number.
pub async fn can_try_again(browser: &Browser, national_id: &str) -> Result<()> {
    let page = browser.client();
    wait_for(page, "#next:not([disabled]):not([hidden])").await?;
    let field = page.find(Locator::Css("#national-id")).await?;
    let kept = field.prop("value").await?.unwrap_or_default();
    ensure!(kept == national_id, "the field holds {kept:?}");
    Ok(())
}

async fn fill(page: &Client, place: &str, text: &str) -> Result<()> {
    wait_for(page, place).await?;
    let field = page.find(Locator::Css(place)).await?;
    field.clear().await?;
    Ok(field.send_keys(text).await?)
}

async fn click(page: &Client, place: &str) -> Result<()> {
    wait_for(page, place).await?;
    Ok(page.find(Locator::Css(place)).await?.click().await?)
}

async fn text(page: &Client, place: &str) -> Result<String> {
    wait_for(page, place).await?;
    Ok(page.find(Locator::Css(place)).await?.text().await?)
}

async fn wait_for(page: &Client, place: &str) -> Result<()> {
    let found = page.wait().at_most(PAGE_TIME).for_element(Locator::Css(place)).await;
    found.map(drop).with_context(|| format!("nothing like {place} on the page"))
}

const PAGE_TIME: Duration = Duration::from_secs(20);
