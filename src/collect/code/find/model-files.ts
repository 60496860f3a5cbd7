import { Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import { fact, type Facts, factsOf } from '../facts.ts';
import type { Expr } from '../ir.ts';
import type { CallSite, Program } from '../program.ts';
import { lastSegment, valueOf } from '../values.ts';

interface Loader {
  readonly pattern: RegExp;
  readonly format: 'pickle' | 'torch' | 'keras' | 'transformers' | 'hub';
}

const loaders: readonly Loader[] = [
  {
    pattern: /^(?:pickle|cPickle|dill|cloudpickle|joblib|pandas)\.(?:load|loads|read_pickle|Unpickler)$/,
    format: 'pickle',
  },
  { pattern: /^torch\.(?:load|hub\.load)$/, format: 'torch' },
  { pattern: /^(?:tensorflow\.)?keras(?:\.\w+)*\.load_model$/, format: 'keras' },
  {
    pattern:
      /^transformers\.\w+\.from_pretrained$|^transformers\.pipeline$|^(?:sentence_transformers\.(?:SentenceTransformer|CrossEncoder))$|^diffusers\.\w+\.from_pretrained$/,
    format: 'transformers',
  },
  { pattern: /^huggingface_hub\.(?:hf_hub_download|snapshot_download)$|^datasets\.load_dataset$/, format: 'hub' },
  { pattern: /^vllm\.LLM$/, format: 'transformers' },
];

/** Libraries whose models are kept as pickles: a file that imports one loads a model. */
const learning =
  /^(?:sklearn|torch|tensorflow|keras|transformers|sentence_transformers|xgboost|lightgbm|catboost|statsmodels|fastai|spacy|gensim|langchain\w*|llama_index|faiss|mlflow|stable_baselines3|onnxruntime)(?:\.|$)/;
/** Names people give to models and to what is kept beside them. */
const modelWord =
  /model|weights|checkpoint|classifier|regressor|estimator|predictor|embedding|tokeni[sz]er|vectori[sz]er|encoder|scaler|\bclf\b|faiss/i;

/** Loads of weights and pickled objects (Python): whether the loader can run code, and what it loads. */
export function findModelFiles(program: Program): Draft[] {
  if (program.module.language !== 'python') return [];
  return program.calls.flatMap((site) => {
    const loader = loaders.find((row) => row.pattern.test(site.path));
    if (loader === undefined || (loader.format === 'pickle' && !holdsModel(site, program))) return [];
    return [draftOf(site, loader, program)];
  });
}

/** Pickle keeps anything, most often a cache: it is a model by a learning library or a name that says so. */
function holdsModel(site: CallSite, program: Program): boolean {
  if (site.path.startsWith('joblib.')) return true;
  if (program.module.imports.some(({ path }) => learning.test(path))) return true;
  const names = [program.names.get(site.call) ?? '', site.fn?.fn.name ?? '', site.fn?.class?.name ?? ''];
  return names.some((name) => modelWord.test(name)) || site.call.args.some(({ value }) => namesModel(value, 3));
}

/** Whether an argument names a model: a text, a variable, or the same inside `open(…)`, a few calls deep. */
function namesModel(expr: Expr, depth: number): boolean {
  if (expr.kind === 'text') return modelWord.test(expr.value);
  if (expr.kind === 'name') return modelWord.test(expr.name);
  if (expr.kind === 'member') return modelWord.test(expr.property) || (depth > 0 && namesModel(expr.object, depth - 1));
  if (expr.kind !== 'call' || depth === 0) return false;
  return namesModel(expr.callee, depth - 1) || expr.args.some(({ value }) => namesModel(value, depth - 1));
}

function draftOf(site: CallSite, loader: Loader, program: Program): Draft {
  const facts = factsOf(
    site,
    program,
    site.path.endsWith('pipeline')
      ? ['task', 'model']
      : site.path.endsWith('hub.load')
        ? ['repo', 'model']
        : ['source'],
  );
  const draft = new Draft('code.model-file', program.module.file, site.call.at, lastSegment(site.path));
  const source = fact(
    facts,
    'source',
    'model',
    'repoid',
    'pretrainedmodelnameorpath',
    'modelnameorpath',
    'path',
    'repo',
  );
  const from: Value = source === undefined ? null : valueOf(source.expr, source.scope);
  const set = (name: string, absent: Value): Value => {
    const found = fact(facts, name);
    if (found !== undefined) return valueOf(found.expr, found.scope);
    return facts.open ? new Unknown('options are made elsewhere') : absent;
  };
  const trusted = set('trustremotecode', false);
  const revision = set('revision', null);
  draft.set('loader', site.path, site.call.at).set('format', loader.format).set('source', from, source?.at);
  draft.set('local', isLocal(from)).set('trustRemoteCode', trusted, fact(facts, 'trustremotecode')?.at ?? site.call.at);
  draft.set('revision', revision, fact(facts, 'revision')?.at ?? site.call.at);
  draft.set(
    'revisionPinned',
    typeof revision === 'string' ? /^[0-9a-f]{40}$/.test(revision) : revision === null ? false : revision,
  );
  draft.set('executesCode', executes(loader, facts, site.path, trusted, set), site.call.at);
  return draft;
}

/** `torch.load` unpickles unless `weights_only` (the default since PyTorch 2.6, which the code does not show). */
function executes(
  loader: Loader,
  facts: Facts,
  path: string,
  trusted: Value,
  set: (name: string, absent: Value) => Value,
): Value {
  switch (loader.format) {
    case 'pickle':
      return true;
    case 'torch': {
      if (path.endsWith('hub.load')) return true;
      const weights = set('weightsonly', new Unknown('depends on the version of PyTorch'));
      return typeof weights === 'boolean' ? !weights : weights;
    }
    case 'keras': {
      const safe = set('safemode', true);
      return typeof safe === 'boolean' ? !safe : safe;
    }
    case 'transformers':
    case 'hub':
      return facts.open ? new Unknown('options are made elsewhere') : trusted;
  }
}

/** A path on this machine, as far as the text tells; a hub id is `owner/name`. */
function isLocal(source: Value): Value {
  if (typeof source !== 'string') return source === null ? false : new Unknown('the source is computed');
  return /^(?:\.{0,2}\/|[A-Za-z]:\\|~)/.test(source) || !/^[\w.-]+(?:\/[\w.-]+)?$/.test(source);
}
