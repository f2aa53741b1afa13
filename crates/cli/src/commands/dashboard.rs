//! `berth dashboard`: the dashboard in the user's browser.
use berth_api::{call::Call, dashboard::DashboardAddress};

use super::Context;
use crate::{args::DashboardArgs, failure::Failure, session};

/// Prints where it is, and opens it.
pub(crate) async fn run(context: &Context<'_>, args: &DashboardArgs) -> Result<i32, Failure> {
    let output = context.output;
    let mut client = session::connect_or_spawn(&context.home).await?;
    let address: DashboardAddress = client.call(Call::Dashboard).await?;
    if output.json {
        output.json(&address)?;
        return Ok(0);
    }
    output.line(&address.url)?;
    if args.no_open {
        return Ok(0);
    }
    match open::that_detached(&address.url) {
        Ok(()) => output.note("The address holds a secret: whoever has it has your containers."),
        // It is printed above, which is all that a host without a screen needs.
        Err(error) => output.complain_as(
            "warning",
            &format!("no browser could be opened ({error}); open the address yourself"),
        ),
    }
    Ok(0)
}
