import { lazy, Suspense } from "react";
import { go, useParams } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { Skeleton, SplitPane } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useSelect } from "@/model";
import { ContainerList } from "./list/ContainerList";

const Detail = lazy(() => import("./detail/Detail"));

const close = () => go("/containers");

/** The container that an address means: by ID, by its beginning, or by name. */
export function findContainer(
  all: readonly Container[],
  wanted: string | undefined,
): Container | undefined {
  if (!wanted) return undefined;
  return (
    all.find((it) => it.id === wanted) ??
    all.find((it) => it.name === wanted) ??
    (wanted.length >= 4 ? all.find((it) => it.id.startsWith(wanted)) : undefined)
  );
}

/** The list, and what is open of it. */
export default function View() {
  const t = useT();
  const { id: wanted, tab } = useParams();
  const found = useSelect(model.containers, (all) => findContainer(all, wanted));
  const id = found?.id ?? wanted;
  return (
    <SplitPane
      name="containers"
      label={t("containers-detail", { name: found?.name ?? wanted ?? "" })}
      onClose={close}
      list={<ContainerList openId={id} tab={tab} />}
      detail={
        id ? (
          <Suspense fallback={<Skeleton />}>
            <Detail key={id} id={id} tab={tab} onClose={close} />
          </Suspense>
        ) : null
      }
    />
  );
}
