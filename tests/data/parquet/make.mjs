// Makes the Parquet files of this folder, as other programs write them: npm install @duckdb/node-api apache-arrow parquet-wasm; node make.mjs
// Each holds the same five documents; what a layout cannot say (a null) is left out.
import { writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import { DuckDBInstance } from '@duckdb/node-api';
import * as parquet from 'parquet-wasm';

const tokens = [['زار', 'لافروف', 'غزة'], [], ['وباريس', 'القاهرة'], ['👋', 'بيروت'], ['صور']];
const ids = ['a', 'b', 'c', 'd', 'e'];

const duckdb = await (await DuckDBInstance.create()).connect();
const list = (words) => `[${words.map((word) => `'${word}'`).join(', ')}]::VARCHAR[]`;
const rows = tokens.map((words, i) => `('${ids[i]}', ${list(words)})`);
await duckdb.run(`CREATE TABLE plain AS SELECT * FROM (VALUES ${rows.join(', ')}) AS t(id, tokens)`);
for (const [name, options] of [['', ''], ['-v2', ', PARQUET_VERSION V2'], ['-zstd', ', COMPRESSION ZSTD'], ['-gzip', ', COMPRESSION GZIP'], ['-plain', ', COMPRESSION UNCOMPRESSED'], ['-lz4', ', COMPRESSION LZ4_RAW'], ['-brotli', ', COMPRESSION BROTLI']])
  await duckdb.run(`COPY plain TO 'duckdb${name}.parquet' (FORMAT PARQUET${options})`);
// Words that come again are written as a dictionary; several row groups; a list that is null, and a word that is.
await duckdb.run(`COPY (SELECT i::VARCHAR AS id, ['زار', 'غزة', 'كلمة' || (i % 3)] AS tokens FROM range(5000) t(i)) TO 'duckdb-dictionary.parquet' (FORMAT PARQUET, ROW_GROUP_SIZE 2048)`);
await duckdb.run(`COPY (SELECT * FROM (VALUES ('a', ['غزة']), ('b', NULL), ('c', ['غزة', NULL])) AS t(id, tokens)) TO 'duckdb-nulls.parquet' (FORMAT PARQUET)`);
await duckdb.run(`COPY (SELECT * FROM (VALUES ('a', 'لافروف في غزة'), ('b', NULL)) AS t(id, text)) TO 'duckdb-text.parquet' (FORMAT PARQUET)`);
await duckdb.run(`COPY (SELECT 1 AS id, [['غزة'], ['بيروت']] AS tokens) TO 'duckdb-nested.parquet' (FORMAT PARQUET)`);
await duckdb.run(`COPY (SELECT 1 AS id, [1, 2] AS tokens) TO 'duckdb-numbers.parquet' (FORMAT PARQUET)`);
await duckdb.run(`COPY (SELECT 1 AS id, [{'word': 'غزة', 'tag': 'O'}] AS tokens) TO 'duckdb-structs.parquet' (FORMAT PARQUET)`);

const write = (name, table, properties = new parquet.WriterPropertiesBuilder()) =>
  writeFileSync(name, parquet.writeParquet(parquet.Table.fromIPCStream(arrow.tableToIPC(table, 'stream')), properties.build()));
const element = (name, type, nullable) => new arrow.Field(name, type, nullable);
const table = (type, values = tokens) => new arrow.Table({ id: arrow.vectorFromArray(ids.slice(0, values.length), new arrow.Utf8()), tokens: arrow.vectorFromArray(values, type) });
write('arrow-item.parquet', table(new arrow.List(element('item', new arrow.Utf8(), true))));
write('arrow-required.parquet', table(new arrow.List(element('element', new arrow.Utf8(), false))));
write('arrow-large.parquet', table(new arrow.List(element('item', new arrow.LargeUtf8(), true))));
write('arrow-nulls.parquet', table(new arrow.List(element('item', new arrow.Utf8(), true)), [['غزة'], null, ['غزة', null]]));
write('arrow-dictionary.parquet', table(new arrow.List(element('item', new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), true))));
write('arrow-v2.parquet', table(new arrow.List(element('item', new arrow.Utf8(), true))), new parquet.WriterPropertiesBuilder().setWriterVersion(parquet.WriterVersion.V2).setEncoding(parquet.Encoding.DELTA_BYTE_ARRAY).setDictionaryEnabled(false));
write('arrow-delta.parquet', table(new arrow.List(element('item', new arrow.Utf8(), true))), new parquet.WriterPropertiesBuilder().setEncoding(parquet.Encoding.DELTA_LENGTH_BYTE_ARRAY).setDictionaryEnabled(false));
const text = (type) => new arrow.Table({ id: arrow.vectorFromArray(['a', 'b'], new arrow.Utf8()), text: arrow.vectorFromArray(['لافروف في غزة', null], type) });
write('arrow-text-large.parquet', text(new arrow.LargeUtf8()));
write('arrow-text-dictionary.parquet', text(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())));
write('arrow-text-binary.parquet', new arrow.Table({ id: arrow.vectorFromArray(['a'], new arrow.Utf8()), text: arrow.vectorFromArray([new TextEncoder().encode('لافروف في غزة')], new arrow.Binary()) }));
