import type { Glue as Api, Database, DatabaseInput, Table, TableInput } from '@aws-sdk/client-glue'
import { AwsFault, type Call, type Service } from '../service.ts'
import { paged, perRegion } from '../state.ts'
import type { Operations } from './typed.ts'

interface StoredDatabase {
  database: Database
  readonly tables: Map<string, Table>
}

export interface Glue extends Service {
  /** The databases of a Region by name, each with its tables. */
  databasesIn(region: string): Map<string, StoredDatabase>
}

interface Named {
  CatalogId?: string | undefined
  DatabaseName?: string | undefined
  Name?: string | undefined
}

const PAGE = 100

/** Databases and tables of AWS Glue's data catalog, by Region. */
export function createGlue(): Glue {
  const databasesIn = perRegion(() => new Map<string, StoredDatabase>())
  const database = (name: string | undefined, { CatalogId }: Named, call: Call) => {
    checkCatalog(CatalogId, call)
    const found = databasesIn(call.region).get(folded(name))
    if (found) return found
    throw new AwsFault('EntityNotFoundException', `Database ${folded(name)} not found.`)
  }
  const table = (input: Named, call: Call) => {
    const { tables } = database(input.DatabaseName, input, call)
    const found = tables.get(folded(input.Name))
    if (found) return { tables, found }
    throw new AwsFault('EntityNotFoundException', `Table ${folded(input.Name)} not found.`)
  }
  return {
    id: 'glue',
    databasesIn,
    operations: {
      CreateDatabase: ({ CatalogId, DatabaseInput: given }, call) => {
        checkCatalog(CatalogId, call)
        const name = folded(given?.Name)
        if (databasesIn(call.region).has(name)) throw exists('Database')
        const made = { ...kept(given), CatalogId: call.account, CreateTime: new Date(call.now) }
        databasesIn(call.region).set(name, { database: made, tables: new Map() })
      },
      GetDatabase: (input, call) => ({ Database: database(input.Name, input, call).database }),
      GetDatabases: (input, call) => {
        checkCatalog(input.CatalogId, call)
        const all = [...databasesIn(call.region).values()].map((each) => each.database)
        return paged('DatabaseList', all, input.NextToken, input.MaxResults ?? PAGE)
      },
      UpdateDatabase: (input, call) => {
        const known = database(input.Name, input, call)
        const { CatalogId, CreateTime } = known.database
        if (folded(input.DatabaseInput?.Name) !== folded(input.Name)) throw invalid('A database cannot be renamed')
        known.database = { ...kept(input.DatabaseInput), CatalogId, CreateTime }
      },
      // With everything in it (AWS: DeleteDatabase).
      DeleteDatabase: (input, call) => {
        database(input.Name, input, call)
        databasesIn(call.region).delete(folded(input.Name))
      },
      CreateTable: (input, call) => {
        const { tables } = database(input.DatabaseName, input, call)
        const made = keptTable(input.TableInput)
        if (tables.has(made.Name ?? '')) throw exists('Table')
        const DatabaseName = folded(input.DatabaseName)
        const now = new Date(call.now)
        tables.set(made.Name ?? '', {
          ...made,
          DatabaseName,
          CatalogId: call.account,
          CreateTime: now,
          UpdateTime: now,
          VersionId: '0',
          IsRegisteredWithLakeFormation: false,
        } as Table)
      },
      GetTable: (input, call) => ({ Table: table(input, call).found }),
      GetTables: (input, call) => {
        const { tables } = database(input.DatabaseName, input, call)
        return paged('TableList', [...tables.values()], input.NextToken, input.MaxResults ?? PAGE)
      },
      UpdateTable: (input, call) => {
        const Name = input.Name ?? input.TableInput?.Name
        const { tables, found } = table({ ...input, Name }, call)
        const { DatabaseName, CatalogId, CreateTime, VersionId, IsRegisteredWithLakeFormation } = found
        const made = keptTable(input.TableInput)
        if (made.Name !== found.Name) throw invalid('Table name cannot be changed')
        tables.set(found.Name ?? '', {
          ...made,
          ...{ DatabaseName, CatalogId, CreateTime, IsRegisteredWithLakeFormation },
          UpdateTime: new Date(call.now),
          VersionId: String(Number(VersionId) + 1),
        } as Table)
      },
      DeleteTable: (input, call) => {
        table(input, call).tables.delete(folded(input.Name))
      },
    } satisfies Operations<Api>,
  }
}

/** "For Hive compatibility, this is folded to lowercase" (AWS: DatabaseInput, TableInput). */
const folded = (name = ''): string => name.toLowerCase()

function kept(given: DatabaseInput | undefined): Database {
  return { ...given, Name: folded(given?.Name) } as Database
}

function keptTable(given: TableInput | undefined): Table {
  const columns = [...(given?.StorageDescriptor?.Columns ?? []), ...(given?.PartitionKeys ?? [])]
  const names = columns.map(({ Name }) => folded(Name))
  if (new Set(names).size < names.length) throw invalid('Unsupported: a table with two columns of one name')
  const isBalanced = (type: string) => type !== '' && type.split('<').length === type.split('>').length
  if (columns.some(({ Type = '' }) => !isBalanced(Type))) throw invalid('a column has a type that cannot be parsed')
  return { Retention: 0, ...given, Name: folded(given?.Name) } as Table
}

function checkCatalog(id: string | undefined, { account }: Call): void {
  if (id === undefined || id === account) return
  throw new AwsFault('AccessDeniedException', `User is not authorized to access the catalog of account ${id}`)
}

const exists = (what: string) => new AwsFault('AlreadyExistsException', `${what} already exists.`)

const invalid = (message: string) => new AwsFault('InvalidInputException', message)
