import { Page } from "@/components";

export default function Gallery() {
  return (
    <Page title="Gallery" padded>
      <p>Components</p>
    </Page>
  );
}
