import { readFileSync } from 'node:fs'

/** A row of AWS's price list of 2026-08-20: US dollars per million tokens. */
export interface ListRow {
  provider: string
  name: string
  kind: string
  region: string
  input_per_million: string
  output_per_million: string
}

/** A price on which two sources or more agree: US dollars per million tokens, empty where there is none. */
export interface AgreedRow {
  model: string
  prefix: string
  region: string
  input: string
  output: string
  cache_read: string
  cache_write: string
}

export const AWS_LIST = read<ListRow>('aws-price-list-2026-08-20.tsv')
export const AGREED = read<AgreedRow>('agreed-by-region-2026-11.tsv')

function read<Row>(file: string): Row[] {
  const [header = '', ...lines] = readFileSync(new URL(file, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const keys = header.split('\t')
  return lines.map((line) => Object.fromEntries(line.split('\t').map((value, index) => [keys[index], value])) as Row)
}
