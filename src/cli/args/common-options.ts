import type { Args } from './args.ts'

/** The flags of every command. */
export interface CommonOptions {
  regions: readonly string[]
  profile: string | undefined
  endpointUrl: string | undefined
  configFile: string | undefined
  json: boolean
  /** False with `--no-input`. */
  input: boolean
  /** False with `--no-color`. */
  colour: boolean
  quiet: boolean
  debug: boolean
}

export function commonOptions(args: Args): CommonOptions {
  return {
    regions: args.list('region'),
    profile: args.text('profile'),
    endpointUrl: args.text('endpoint-url'),
    configFile: args.text('config'),
    json: args.is('json') || args.text('format') === 'json',
    input: !args.is('no-input'),
    colour: !args.is('no-color'),
    quiet: args.is('quiet'),
    debug: args.is('debug'),
  }
}
