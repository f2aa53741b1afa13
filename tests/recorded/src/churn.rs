//! An engine at work: things happen at a steady pace, the same on each run.
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::world::{Health, Run, World, blank, mix};

/// How often a batch of things happens.
const TICK: Duration = Duration::from_millis(50);

/// Does about this many things each second, until it is dropped.
pub async fn run(world: World, events_per_second: u64) {
    let mut ticks: Interval = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut n, mut owed) = (0, 0);
    loop {
        ticks.tick().await;
        owed += events_per_second;
        while owed >= 20 {
            owed -= 20;
            n += 1;
            step(&world, n);
        }
    }
}

/// Does this many things at once.
pub fn steps(world: &World, from: u64, count: u64) {
    for n in from..from + count {
        step(world, n);
    }
}

/// One thing that happens. Most make one event, some a few.
fn step(world: &World, n: u64) {
    let chance = mix(n);
    let Some((id, run)) = pick(world, chance >> 16) else {
        return;
    };
    // Whether it could be done does not matter: something else will happen.
    let _ = match chance % 20 {
        0..6 => world.set_health(&id, [Health::Healthy, Health::Unhealthy][(n % 2) as usize]),
        6..9 => {
            world.tell_container(&id, "exec_create: sh -c 'curl -f localhost'", &[]);
            Ok(())
        }
        9..14 if run.is_up() => world.end(&id, (chance >> 8) as i64 % 3, "15", true),
        9..14 => world.start(&id),
        14 => world.pause(&id, run == Run::Running),
        15 => world.restart(&id),
        16 => {
            let image = world.lock().containers.get(&id).map(|c| c.image.clone());
            let made = blank(format!("job-{n}"), image.as_deref().unwrap_or("busybox"));
            world.create(made).and_then(|id| world.start(&id))
        }
        17 => match a_job(world) {
            Some(job) => world.remove(&job, true),
            None => Ok(()),
        },
        18 => {
            world.make_volume(&format!("churn-{}", n % 50), &serde_json::Value::Null);
            world.remove_volume(&format!("churn-{}", (n + 25) % 50));
            Ok(())
        }
        _ => {
            let image = world.lock().containers.get(&id).map(|c| c.image_id.clone());
            let image = image.unwrap_or_default();
            world.tag_image(&image, &format!("churn:{}", n % 20));
            Ok(())
        }
    };
}

fn pick(world: &World, chance: u64) -> Option<(String, Run)> {
    let held = world.lock();
    let count = u64::try_from(held.containers.len())
        .ok()
        .filter(|count| *count > 0)?;
    let at = usize::try_from(chance % count).ok()?;
    let container = held.containers.values().nth(at)?;
    Some((container.id.clone(), container.run))
}

fn a_job(world: &World) -> Option<String> {
    let held = world.lock();
    let mut all = held.containers.values();
    let job = all.find(|c| c.name.starts_with("job-"))?;
    Some(job.id.clone())
}
