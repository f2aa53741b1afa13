import type { Image } from "@/bindings/Image";
import { Ago, Badge, Bytes, type Column, None, Truncate } from "@/components";
import type { Translate } from "@/i18n/i18n";
import styles from "./Images.module.css";
import { shortId } from "./reference";
import { isDangling, nameOf } from "./usage";

export interface Facts {
  shared: ReadonlyMap<string, number>;
  /** How many containers use an image, by its ID. */
  users: (id: string) => number;
}

/** Columns of the list; `facts` are read when a cell is drawn. */
export function imageColumns(t: Translate, facts: () => Facts): readonly Column<Image>[] {
  const shared = (image: Image) => facts().shared.get(image.id) ?? image.shared;
  const users = (image: Image) => facts().users(image.id);
  return [
    {
      id: "name",
      title: t("images-name"),
      min: 180,
      grow: 3,
      fixed: true,
      compare: (a, b) => nameOf(a).localeCompare(nameOf(b)),
      cell: (image) => (
        <span className={styles.name}>
          <Truncate mono text={nameOf(image)} />
          {image.tags.length > 1 && <Badge>+{image.tags.length - 1}</Badge>}
          {isDangling(image) && <Badge look="paused">{t("images-dangling")}</Badge>}
        </span>
      ),
    },
    {
      id: "id",
      title: t("images-id"),
      min: 104,
      priority: 2,
      cell: (image) => <span className={styles.id}>{shortId(image.id)}</span>,
    },
    {
      id: "used",
      title: t("images-used-by"),
      min: 90,
      align: "end",
      priority: 6,
      descendFirst: true,
      compare: (a, b) => users(a) - users(b),
      cell: (image) => (users(image) > 0 ? <span>{users(image)}</span> : <None />),
    },
    {
      id: "platform",
      title: t("images-platform"),
      min: 110,
      optional: true,
      cell: (image) => (image.platform ? <Truncate text={image.platform} /> : <None />),
    },
    {
      id: "created",
      title: t("images-created"),
      min: 110,
      priority: 4,
      align: "end",
      descendFirst: true,
      compare: (a, b) => a.created - b.created,
      cell: (image) => <Ago seconds={image.created} />,
    },
    {
      id: "shared",
      title: t("images-shared"),
      min: 90,
      align: "end",
      priority: 3,
      descendFirst: true,
      compare: (a, b) => (shared(a) ?? -1) - (shared(b) ?? -1),
      cell: (image) => <Bytes value={shared(image)} />,
    },
    {
      id: "size",
      title: t("images-size"),
      min: 90,
      align: "end",
      priority: 8,
      descendFirst: true,
      compare: (a, b) => a.size - b.size,
      cell: (image) => <Bytes value={image.size} />,
    },
  ];
}
