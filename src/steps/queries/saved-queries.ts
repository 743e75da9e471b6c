import { randomUUID } from 'node:crypto'
import {
  DeleteQueryDefinitionCommand,
  DescribeQueryDefinitionsCommand,
  PutQueryDefinitionCommand,
  type QueryDefinition,
} from '@aws-sdk/client-cloudwatch-logs'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { allOf, sharedAnswer } from '../../aws/pages.ts'
import { type CommandResult, commandResult, failureOf } from '../../core/change-report.ts'
import { AppError } from '../../core/errors.ts'
import { planApply } from '../../core/plan.ts'
import type { Grant, Resource } from '../../core/resource.ts'
import { run } from '../../core/run.ts'
import { QUERIES } from '../../report/queries/catalog.ts'
import { byRegion, type Env } from '../env.ts'
import { workGroup } from '../lake/work-group.ts'
import { headOf, type Session } from '../session.ts'

/** The console shows queries whose names begin so in a folder of their own. */
const FOLDER = 'bedrock-monitor/'
/** The first line of what is ours, a comment: saved queries have no tags, and anybody may save one into the folder. */
const MARK = '# Saved by bedrock-monitor.\n'
/** Saved queries belong to no resource that a policy could name. */
const ANY = ['*']
const LOOK: readonly Grant[] = [{ actions: ['logs:DescribeQueryDefinitions'], resources: ANY }]

/** What is saved under each name, by the query's own name. */
export type QueryTexts = ReadonlyMap<string, string>

interface SavedState {
  text: string
  logGroups: readonly string[]
  /** Of those with the name: there is nothing that keeps two from having the same. */
  ids: readonly string[]
}

/**
 * The ready-made queries as they stand in the console of each Region. Nobody asks for them but `query --save`, which says
 * what is in them; whatever is saved goes with the monitoring.
 * @param texts what to save; none of those that are left out is wanted
 */
export function savedQueries(env: Env, texts: QueryTexts = new Map()): Resource<SavedState, AwsContext>[] {
  return byRegion(env).flatMap((each) => {
    const describe = sharedAnswer(definitionsIn)
    return QUERIES.map(({ name }) => savedQuery(each, name, texts.get(name), describe))
  })
}

function savedQuery(
  { region, settings }: Env,
  query: string,
  text: string | undefined,
  describe: DescribeQueries,
): Resource<SavedState, AwsContext> {
  const name = `${FOLDER}${query}`
  const marked = MARK + (text ?? '')
  return {
    step: '4',
    type: 'saved-query',
    name,
    region,
    wanted: text !== undefined,
    foreign: {
      because: 'a query of that name exists that somebody else saved',
      hint: 'rename or delete it in the console, then run this again',
    },
    desired: (have) =>
      text === undefined && have
        ? have
        : {
            text: have && lines(have.text) === lines(marked) ? have.text : marked,
            logGroups: [settings.logGroupName],
            ids: have?.ids ?? [],
          },

    permissions: () => ({
      // What nobody asks for, nobody but clean-up looks for.
      read: text === undefined ? [] : LOOK,
      write: text === undefined ? [] : [{ actions: ['logs:PutQueryDefinition'], resources: ANY }],
      remove: [...LOOK, { actions: ['logs:DeleteQueryDefinition'], resources: ANY }],
    }),

    async read(cx) {
      const found = (await describe(cx.in(region))).filter((definition) => definition.name === name)
      const ours = found.filter(({ queryString }) => queryString?.startsWith(MARK.trim()))
      const [first] = ours.length > 0 ? ours : found
      if (!first) return undefined
      const ids = ours.flatMap(({ queryDefinitionId: id }) => id ?? [])
      const logGroups = (first.logGroupNames ?? []).map(groupName)
      const state = { text: first.queryString ?? '', logGroups, ids }
      return { state, owner: async () => (ours.length > 0 ? 'ours' : 'foreign') }
    },

    async write(cx, have) {
      const { text: queryString, logGroups } = this.desired(have?.state)
      const [queryDefinitionId] = have?.state.ids ?? []
      await cx.in(region).aws.logs.send(
        new PutQueryDefinitionCommand({
          // The SDK's own is another one with each try, and a query whose answer was lost would be saved twice.
          clientToken: randomUUID(),
          name,
          queryString,
          logGroupNames: [...logGroups],
          // Without it there would be two of the name.
          ...(queryDefinitionId !== undefined && { queryDefinitionId }),
        }),
      )
    },

    async remove(cx, { state }) {
      for (const queryDefinitionId of state.ids) {
        const gone = cx.in(region).aws.logs.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }))
        await orUndefined(gone, 'ResourceNotFoundException')
      }
    },
  }
}

/** Without the white space at the ends of its lines, which the console does not keep. */
const lines = (text: string): string => text.replaceAll(/[ \t\r]+$/gm, '').trim()

const groupName = (group: string): string => group.replace(/^arn:.*?:log-group:/, '').replace(/:\*$/, '')

type DescribeQueries = (cx: AwsContext) => Promise<readonly QueryDefinition[]>

const definitionsIn = ({ aws }: AwsContext): Promise<QueryDefinition[]> =>
  allOf(aws.logs, DescribeQueryDefinitionsCommand, { queryDefinitionNamePrefix: FOLDER }, 'queryDefinitions')

/** Puts queries into the console of each Region. What stands there as it should is not written again. */
export function saveQueries(session: Session, texts: QueryTexts): Promise<CommandResult> {
  return save(
    session,
    savedQueries(session.env, texts).filter(({ wanted }) => wanted),
  )
}

/** The workgroup of each Region as it is set up, with our questions saved in it. */
export function savedInLake(env: Env): Resource<unknown, AwsContext>[] {
  return byRegion(env).map((each) => {
    const group = workGroup(each, [])
    return { ...group, desired: (have) => (have ? (group.adopted?.(have) ?? have) : group.desired()) } as typeof group
  }) as Resource<unknown, AwsContext>[]
}

/** Saves the questions in the workgroup of each Region, which setup makes. @throws AppError where there is none */
export function saveInLake(session: Session): Promise<CommandResult> {
  return save(session, savedInLake(session.env), 'there is no workgroup')
}

/** @param missing what to say where one would have to be made, which only setup does */
async function save<State>(
  session: Session,
  wanted: Resource<State, AwsContext>[],
  missing?: string,
): Promise<CommandResult> {
  const items = await planApply(session.cx, wanted)
  const made = missing === undefined ? undefined : items.find(({ action }) => action === 'create')
  if (made) {
    throw new AppError('failed', 'NoWorkgroup', `${missing} ${made.resource.name} of Athena`, {
      hint: 'bedrock-monitor setup --lake makes it; name another with --lake-workgroup',
    })
  }
  const results = await run(session.cx, items, { direction: 'apply', recover: () => Promise.resolve('skip') })
  return commandResult(headOf(session, 'query'), results, failureOf(results, 'query --save'))
}
