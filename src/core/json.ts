/** What steers a terminal or turns text, but the line break; and the second sign of what CI takes for a command. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?<=#)#(?=\[|[vV][sS][oO]\[)/gu

/** A value as indented JSON that can be shown on a terminal: what could steer it is escaped, so that nothing is lost. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(STEERING, escaped)
}

/** The same as a single line, for output that goes on. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(STEERING, escaped)
}

/** What is wrong with a text that is no JSON. The parser's own words quote the text, which may be secret. */
export function jsonFault(error: unknown): string {
  return (error as Error).message.replace(/,? (\.\.\.)?"[\s\S]*"(\.\.\.)? is not valid JSON$/, '')
}

export function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** `\uXXXX` for each UTF-16 unit. */
function escaped(character: string): string {
  const unit = (code: string) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`
  return character.split('').map(unit).join('')
}
