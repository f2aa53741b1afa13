/** The mark: a crate on a hull. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      color="var(--accent)"
      aria-hidden
    >
      <rect x="9" y="5" width="14" height="9" rx="1.5" fill="currentColor" />
      <path d="M4 18.5h24l-3.2 7.2a2 2 0 0 1-1.8 1.3H9a2 2 0 0 1-1.8-1.3z" />
    </svg>
  );
}
