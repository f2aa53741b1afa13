// All messages of one language, one file per feature: `locales/en/<feature>.ftl`.
const files = import.meta.glob<string>("./locales/en/*.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

export default files;
