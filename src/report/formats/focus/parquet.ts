import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Column, ColumnType, FocusCharge, Value } from './columns.ts'

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']
type Element = Schema[number]

/** So many are held at a time: a year of hours has a million, and 20,000 rows of 46 columns take 100 MB. */
const ROWS_A_GROUP = 5_000

/** Decimals, times and texts as such, so that no reader has to guess and nothing goes through a float. */
export function parquetOf(columns: readonly Column[], charges: Iterable<FocusCharge>): Uint8Array {
  const schema: Schema = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): Element => ({ name, repetition_type: 'OPTIONAL', ...elementOf(type) })),
  ]
  const writer = new ByteWriter()
  const file = new ParquetWriter({ writer, schema, createdBy: 'bedrock-monitor' })
  const held = columns.map(({ name }) => ({ name, data: [] as (Value | Date)[] }))
  const writeGroup = () => {
    file.write({ columnData: held, rowGroupSize: ROWS_A_GROUP })
    for (const column of held) column.data = []
  }
  for (const charge of charges) {
    for (const [index, { type, of }] of columns.entries()) {
      const value = of(charge) ?? null
      held[index]?.data.push(type === 'time' && typeof value === 'number' ? new Date(value) : value)
    }
    if (held[0]?.data.length === ROWS_A_GROUP) writeGroup()
  }
  if (held[0]?.data.length) writeGroup()
  file.finish()
  return new Uint8Array(writer.getBuffer())
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
