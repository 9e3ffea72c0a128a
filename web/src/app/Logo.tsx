/** Two speech bubbles that face each other. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg style={{ flexShrink: 0 }} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="14" fill="#0b6a88" />
      <path d="M12 22a8 8 0 0 1 8-8h12a8 8 0 0 1 8 8v6a8 8 0 0 1-8 8h-8l-8 7v-7.6a8 8 0 0 1-4-6.9z" fill="#fff" />
      <path d="M44 26a8 8 0 0 1 8 8v6a8 8 0 0 1-4 6.9V54l-8-7h-8a8 8 0 0 1-7.7-6H32a13 13 0 0 0 12-13z" fill="#91c9dd" />
    </svg>
  );
}
