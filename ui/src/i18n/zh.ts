// All messages of one language, one file per feature: `locales/zh/<feature>.ftl`.
const files = import.meta.glob<string>("./locales/zh/*.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

export default files;
