import { Disc3, Download, Eraser, Hammer } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { go, useParams } from "@/app/nav";
import {
  Button,
  bytes,
  DataTable,
  EmptyState,
  FilterBox,
  filterWords,
  fits,
  Menu,
  Page,
  SplitPane,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { type Asked, askPrune, imageActions } from "./actions";
import { type Facts, imageColumns } from "./columns";
import { Detail } from "./Detail";
import { Dialogs } from "./Dialogs";
import { useShared } from "./sizes";
import { nameOf, usersOf } from "./usage";

const SORT = { column: "created", descending: true };

/** All images: what they are, what they take, what uses them. */
export default function View() {
  const t = useT();
  const { id, tab } = useParams();
  const images = useAll(model.images);
  const containers = useAll(model.containers);
  const shared = useShared();
  const users = useMemo(() => usersOf(containers), [containers]);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  const facts = useRef<Facts>({ shared, users: () => 0 });
  facts.current = { shared, users: (image) => users.get(image)?.length ?? 0 };
  const columns = useMemo(() => imageColumns(t, () => facts.current), [t]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: labels are made anew for a language
  const actions = useMemo(() => imageActions(setAsked, () => facts.current.shared), [t]);
  const words = filterWords(text);
  const wanted = words.join(" ");
  const filter = useCallback(
    (image: (typeof images)[number]) => fits(filterWords(wanted), [...image.tags, image.id]),
    [wanted],
  );
  const open =
    id === undefined ? undefined : images.find((it) => it.id === id || it.tags.includes(id));
  const total = useMemo(
    () => images.reduce((sum, it) => sum + it.size - (shared.get(it.id) ?? 0), 0),
    [images, shared],
  );
  return (
    <Page
      title={t("nav-images")}
      note={images.length > 0 && t("images-note", { count: images.length, bytes: bytes(total) })}
      tools={
        <>
          <FilterBox value={text} onChange={setText} label={t("images-filter")} />
          <Menu
            entries={[
              {
                id: "dangling",
                label: t("images-prune-dangling"),
                run: () => void askPrune(false, shared),
              },
              { id: "all", label: t("images-prune-all"), run: () => void askPrune(true, shared) },
            ]}
          >
            <Button icon={Eraser}>{t("images-clean")}</Button>
          </Menu>
          <Button icon={Hammer} onClick={() => go("/builds/new")}>
            {t("images-build")}
          </Button>
          <Button look="primary" icon={Download} onClick={() => setAsked({ kind: "pull" })}>
            {t("images-pull")}
          </Button>
        </>
      }
    >
      <SplitPane
        name="images"
        label={t("images-detail")}
        onClose={() => go("/images")}
        detail={id === undefined ? null : <Detail id={id} image={open} tab={tab} ask={setAsked} />}
        list={
          <DataTable
            name="images"
            label={t("nav-images")}
            rows={images}
            rowKey={(image) => image.id}
            rowLabel={nameOf}
            columns={columns}
            sortTick={shared.size + containers.length}
            defaultSort={SORT}
            filter={filter}
            actions={actions}
            openKey={open?.id}
            onOpen={(image) => go(`/images/${encodeURIComponent(image.id)}`)}
            empty={
              <EmptyState
                icon={Disc3}
                text={t("images-empty")}
                command="docker pull nginx:1"
                action={{
                  label: t("images-pull"),
                  icon: Download,
                  run: () => setAsked({ kind: "pull" }),
                }}
              />
            }
            unmatched={<EmptyState icon={Disc3} text={t("images-unmatched", { text })} />}
          />
        }
      />
      <Dialogs asked={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}
