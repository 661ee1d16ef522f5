export default function() {
  const page = document.querySelector('[data-testid="stMain"]');
  page?.scrollTo({ top: 0 });
}
