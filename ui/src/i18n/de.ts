// All messages of one language, one file per feature: `locales/de/<feature>.ftl`.
const files = import.meta.glob<string>("./locales/de/*.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

export default files;
