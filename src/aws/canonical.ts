/** What stands, where AWS says what is wanted in other words (order, defaults, spelling); else what is wanted. Pure. */
export function asItStands<Value>(have: Value | undefined, want: Value): Value {
  return have !== undefined && saysTheSame(have, want) ? have : want
}

/** Whether two values are one text, once all ways of AWS to say the same are. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a, '')) === JSON.stringify(plain(b, ''))
}

/** The same for a KMS key, which AWS tells by its ARN or by its id. Two ARNs are two keys. */
export function keyAsItStands(have: string | undefined, want: string | undefined): string | undefined {
  if (have === undefined || want === undefined) return want
  const oneIsBare = have.startsWith('arn:') !== want.startsWith('arn:')
  return oneIsBare && have.split('/').at(-1) === want.split('/').at(-1) ? have : want
}

function plain(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item, key)).filter((item) => item !== undefined)
    return items.length === 0 ? undefined : items.map((item) => JSON.stringify(item)).sort()
  }
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .map(([name, member]) => [name, plain(member, name)] as const)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return members.length === 0 ? undefined : Object.fromEntries(members)
  }
  // A switch that is off and one that is not there are the same.
  if (value === undefined || value === null || value === false || value === '') return undefined
  return word(String(value), key)
}

function word(text: string, key: string): string {
  if (/^(Not)?Action$/.test(key)) return text.toLowerCase()
  // An account as a principal is its root.
  if (key === 'AWS') return text.replace(/^arn:[\w-]+:iam::(\d{12}):root$/, '$1')
  return /^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text
}
