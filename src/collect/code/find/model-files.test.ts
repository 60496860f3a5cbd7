import { describe, expect, it } from 'vitest';
import { collectTree } from '../fixtures/collect-tree.ts';

const loads = async (source: string): Promise<unknown[]> =>
  (await collectTree({ 'app.py': source })).resources
    .filter(({ type }) => type === 'code.model-file')
    .map(({ properties }) => properties['loader']);

describe('pickled models', () => {
  it.each([
    ['the variable', 'import pickle\nwith open(path, "rb") as f:\n    clf_model = pickle.load(f)\n'],
    ['the file', 'import pickle\nx = pickle.load(open("churn-model.pkl", "rb"))\n'],
    ['the function', 'import pickle\ndef load_classifier(path):\n    return pickle.load(open(path, "rb"))\n'],
    ['an attribute', 'import pickle\nx = pickle.load(open(config.model_path, "rb"))\n'],
    ['a learning library', 'import pickle\nfrom sklearn.svm import SVC\nx = pickle.load(open(path, "rb"))\n'],
  ])('are recognised by %s', async (_, source) => {
    expect(await loads(source)).toEqual(['pickle.load']);
  });

  it('are what joblib loads, whatever its name', async () => {
    expect(await loads('import joblib\nx = joblib.load(path)\n')).toEqual(['joblib.load']);
  });
});

describe('a pickle of something else', () => {
  it.each([
    [
      'a cache',
      'import pickle\ndef load_cache(path):\n    with open(path, "rb") as f:\n        return pickle.load(f)\n',
    ],
    ['a session', 'import pickle\nfrom flask import Flask\nsession = pickle.load(open("session.pkl", "rb"))\n'],
    ['a table', 'import pandas\nframe = pandas.read_pickle("prices.pkl")\n'],
  ])('is no model: %s', async (_, source) => {
    expect((await collectTree({ 'app.py': source })).resources).toEqual([]);
  });
});
