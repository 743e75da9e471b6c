const ENTITIES = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
] as const
const ESCAPED: ReadonlyMap<string, string> = new Map(ENTITIES)
const TEXTS: ReadonlyMap<string, string> = new Map(ENTITIES.map(([text, entity]) => [entity, text]))

/** Text that is safe to show, as `plain` makes it, as text in HTML and SVG: between tags and in a quoted attribute. */
export function escapeEntities(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPED.get(character) ?? '')
}

export function unescapeEntities(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => TEXTS.get(entity) ?? '')
}
