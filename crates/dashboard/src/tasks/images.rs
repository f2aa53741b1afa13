//! Images to and from archives on the host.
use std::path::Path;

use berth_api::{error::ApiError, task::StepState};
use futures::{StreamExt, TryStreamExt};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use super::Handle;
use crate::{archive::NewFile, blocking, failure, parts::Inner};

pub(super) async fn save(
    inner: &Inner,
    handle: &Handle,
    images: &[String],
    path: &str,
) -> Result<(), ApiError> {
    let to = Path::new(path);
    let failed = |error| failure::file(to, &error);
    let names: Vec<&str> = images.iter().map(String::as_str).collect();
    let mut parts = inner.docker.export_images(&names);
    // The first bytes tell whether there is something to write.
    let first = parts.next().await.transpose();
    let first = first.map_err(|error| failure::docker(&error))?;
    let (new, file) = NewFile::create(to)?;
    let mut file = tokio::fs::File::from_std(file);
    let mut count = 0;
    let mut parts = futures::stream::iter(first.map(Ok)).chain(parts);
    handle.line(format!("Writing {path}"));
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| failure::docker(&error))?;
        file.write_all(&part).await.map_err(failed)?;
        count += part.len() as u64;
        tell(handle, count, None);
    }
    file.flush().await.map_err(failed)?;
    let file = file.into_std().await;
    blocking::run(move || new.keep(&file)).await?;
    handle.line(format!("Wrote {path}"));
    Ok(())
}

pub(super) async fn load(inner: &Inner, handle: &Handle, path: &str) -> Result<(), ApiError> {
    use bollard::query_parameters::ImportImageOptionsBuilder;
    let failed = |error| failure::file(Path::new(path), &error);
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let facts = file.metadata().await.map_err(failed)?;
    if !facts.is_file() {
        let message = format!("'{path}' is no file");
        return Err(failure::bad_request(message, "choose an archive of images"));
    }
    let total = facts.len();
    let (mut count, sending) = (0, handle.clone());
    let parts = ReaderStream::with_capacity(file, 256 << 10).inspect_ok(move |part| {
        count += part.len() as u64;
        tell(&sending, count, Some(total));
    });
    let options = ImportImageOptionsBuilder::default().build();
    let mut reports = inner.docker.import_image_stream(options, parts, None);
    let mut loaded = 0;
    while let Some(report) = reports.next().await {
        let report = report.map_err(|error| failure::docker(&error))?;
        if let Some(text) = report.stream.as_deref().map(str::trim) {
            loaded += usize::from(text.starts_with("Loaded image"));
            handle.output(None, text);
            handle.line(text);
        }
    }
    if loaded == 0 {
        let message = format!("'{path}' holds no image");
        return Err(failure::bad_request(
            message,
            "choose an archive that 'docker save' wrote",
        ));
    }
    Ok(())
}

fn tell(handle: &Handle, count: u64, total: Option<u64>) {
    handle.step("bytes", |step| {
        step.state = StepState::Running;
        step.current = Some(count);
        step.total = total;
    });
    if let Some(total) = total.filter(|total| *total > 0) {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        handle.progress(count as f64 / total as f64);
    }
}
