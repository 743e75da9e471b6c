import { join } from 'node:path'
import { TallyStore } from '../../report/store/store.ts'
import type { App } from './app.ts'
import { cacheFolder, packFiles } from './cache-folder.ts'
import { reachOf } from './connection.ts'

/** Where packs of tallies lie; undefined for a user without a home. */
export function tallyFolder({ env }: Pick<App, 'env'>): string | undefined {
  const folder = cacheFolder(env)
  return folder && join(folder, 'tallies')
}

/** What reports keep of the logs that they read; undefined where there is no place for it. */
export async function tallyStore(app: App): Promise<TallyStore | undefined> {
  const folder = tallyFolder(app)
  if (folder === undefined) return undefined
  const endpoint = async () => {
    const { connection, endpointUrl } = await reachOf(app, '')
    return endpointUrl ?? connection.endpoint('s3') ?? ''
  }
  return new TallyStore(
    packFiles(folder, () => app.cx.clock.now()),
    await app.version(),
    endpoint,
  )
}
