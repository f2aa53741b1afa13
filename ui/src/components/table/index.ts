export { DataTable, type DataTableProps } from "./DataTable";
export { byText } from "./items";
export { actionMenu } from "./menu";
export type { Column, Group, RowAction, Sort } from "./types";
