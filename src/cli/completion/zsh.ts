import {
  type Completed,
  type CompletedCommand,
  type CompletedFlag,
  headComment,
  type Offer,
  PROFILE_NAMES,
  PROFILES_FUNCTION,
} from './model.ts'

/** The script for zsh, for \`source\` and for a folder of fpath alike: \`_arguments\` with what each flag is for. */
export function zshScript({ common, commands }: Completed): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`)
  return `#compdef bedrock-monitor
${headComment('zsh')}

${PROFILES_FUNCTION}

# Offers words; with \`,\` as the first one, several between commas. One that ends in a colon is only begun.
_bedrock_monitor_words() {
  if [[ $1 == , ]]; then
    shift
    compset -P '*,'
  fi
  if [[ -n \${(M)@:#file:} ]] && compset -P '(file|cur):'; then
    _files
    return
  fi
  local -a begun=(\${(M)@:#*:}) whole=(\${@:#*:})
  compadd -S '' -a begun
  compadd -a whole
}

_bedrock_monitor() {
  local curcontext="$curcontext" state line ret=1
  local -A opt_args
  local -a commands=(
${described.join('\n')}
  )
  local -a common=(
${flagSpecs(common, '    ')}
  )
  _arguments -C -s $common '1: :->command' '*:: :->rest' && ret=0
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    rest)
      case $words[1] in
${commands.map(commandBranch).join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _bedrock_monitor ]]; then
  _bedrock_monitor "$@"
else
  compdef _bedrock_monitor bedrock-monitor
fi
`
}

function commandBranch({ name, flags, words }: CompletedCommand): string {
  const argument = words.length === 0 ? [] : [`            ${quoted(`*: : _bedrock_monitor_words ${words.join(' ')}`)}`]
  const specs = [...(flags.length === 0 ? [] : [flagSpecs(flags, '            ')]), ...argument]
  return [
    `        ${name})`,
    '          _arguments -s $common \\',
    ...specs.flatMap((spec) => spec.split('\n')).map((line) => `${line} \\`),
    '            && ret=0',
    '          ;;',
  ].join('\n')
}

function flagSpecs(flags: readonly CompletedFlag[], indent: string): string {
  return flags.flatMap((flag) => specsOf(flag).map((spec) => `${indent}${quoted(spec)}`)).join('\n')
}

function specsOf({ name, alias, describe, value, offer }: CompletedFlag): string[] {
  const text = `[${describe.replace(/[[\]\\]/g, '\\$&')}]`
  if (offer.kind === 'switch') {
    if (alias === undefined) return [`--${name}${text}`]
    return [`(-${alias} --${name})-${alias}${text}`, `(-${alias} --${name})--${name}${text}`]
  }
  const often = offer.kind === 'words' && offer.list ? '*' : ''
  return [`${often}--${name}=${text}:${value}:${actionOf(offer)}`]
}

function actionOf(offer: Exclude<Offer, { kind: 'switch' }>): string {
  const plain = { text: ' ', file: '_files', profile: ` compadd -- \${(f)"$(${PROFILE_NAMES})"}` }
  if (offer.kind !== 'words') return plain[offer.kind]
  return ` _bedrock_monitor_words ${[...(offer.list ? [','] : []), ...offer.words].join(' ').replaceAll(':', '\\:')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
