import {
  LAKE_COLUMNS,
  LAKE_FORMAT,
  LAKE_NAMES,
  LAKE_PARTITIONS,
  LAKE_SERDE,
  type LakeColumn,
  type LakeFolders,
  lakeLocation,
  lakeProjection,
} from '../src/report/lake/table.ts'

/** The same table as a statement of Athena's, for whoever makes it without this program. Without a semicolon. */
export function lakeDdl(
  folders: LakeFolders,
  { database, table }: { database: string; table: string } = LAKE_NAMES,
): string {
  const column = ({ name, type }: LakeColumn) => `  \`${name}\` ${type}`
  const properties = (of: Readonly<Record<string, string>>) =>
    Object.entries(of)
      .map(([name, value]) => `  '${name}'='${value}'`)
      .join(',\n')
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS \`${database}\`.\`${table}\` (`,
    `${LAKE_COLUMNS.map(column).join(',\n')})`,
    'PARTITIONED BY (',
    `${LAKE_PARTITIONS.map(column).join(',\n')})`,
    `ROW FORMAT SERDE '${LAKE_FORMAT.serde}'`,
    'WITH SERDEPROPERTIES (',
    `${properties(LAKE_SERDE)})`,
    `STORED AS INPUTFORMAT '${LAKE_FORMAT.input}'`,
    `OUTPUTFORMAT '${LAKE_FORMAT.output}'`,
    `LOCATION '${lakeLocation(folders)}'`,
    'TBLPROPERTIES (',
    `${properties(lakeProjection(folders))})`,
  ].join('\n')
}
