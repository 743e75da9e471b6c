import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Column, ColumnType, FocusRow, Value } from './columns.ts'

type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>
type Element = Schema[number]

/** Decimals, times and texts as such, so that no reader has to guess and nothing goes through a float. */
export function parquetOf(columns: readonly Column[], rows: Iterable<FocusRow>): Uint8Array {
  const schema: Schema = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): Element => ({ name, repetition_type: 'OPTIONAL', ...elementOf(type) })),
  ]
  const columnData = columns.map(({ name }) => ({ name, data: [] as (Value | Date)[] }))
  for (const row of rows) {
    for (const [index, { name, type }] of columns.entries()) {
      const value = row.get(name) ?? null
      columnData[index]?.data.push(type === 'time' && typeof value === 'number' ? new Date(value) : value)
    }
  }
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, createdBy: 'bedrock-monitor' }))
}

function elementOf(type: ColumnType): Omit<Element, 'name'> {
  if (type === 'text') return { type: 'BYTE_ARRAY', converted_type: 'UTF8' }
  if (type === 'flag') return { type: 'BOOLEAN' }
  // Without the second of them, DuckDB takes it for a time of no zone.
  const utc = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const
  if (type === 'time') return { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: utc }
  const { decimals: scale, digits: precision } = type
  return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', scale, precision }
}
