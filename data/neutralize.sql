-- A neutralized copy holds no secret and contacts nobody.
UPDATE ponto_connection
   SET client_secret_encrypted = NULL,
       token_encrypted = NULL,
       token_expires_at = NULL,
       client_id = NULL,
       problem_code = NULL,
       problem_values = NULL,
       retry_at = NULL,
       state = 'draft';
-- The bank's own words are not needed for trying things out; ids and amounts stay.
UPDATE ponto_transaction
   SET raw = NULL,
       other_word = NULL,
       label = NULL,
       counterpart_name = NULL,
       decision_note = NULL,
       hold_values = CASE WHEN jsonb_typeof(hold_values) = 'object'
                          THEN hold_values - 'detail' END,
       undo_left_values = CASE WHEN jsonb_typeof(undo_left_values) = 'object'
                               THEN undo_left_values - 'detail' END,
       flag_code = NULLIF(flag_code, 'text_changed'),
       flag_values = CASE WHEN flag_code = 'text_changed'
                            OR flag_values ->> 'code' = 'text_changed'
                          THEN NULL ELSE flag_values END,
       history = (
           SELECT jsonb_agg(
                      CASE WHEN event ->> 'code' = 'text_followed'
                           THEN event - 'values'
                           ELSE event #- '{values,note}' END
                      ORDER BY place)
             FROM jsonb_array_elements(
                      CASE WHEN jsonb_typeof(history) = 'array' THEN history END)
                  WITH ORDINALITY AS old (event, place));
DELETE FROM ponto_pending_transaction;
UPDATE ponto_online_account
   SET reference = '…' || right(reference, 4),
       holder_name = NULL,
       description = NULL,
       internal_reference = NULL;
-- Of the lines, core's own columns stay as core leaves them; of ours, the ids.
UPDATE account_bank_statement_line
   SET transaction_details = NULLIF(
           (transaction_details - 'ponto') || COALESCE((
               SELECT jsonb_build_object('ponto', jsonb_object_agg(name, value))
                 FROM jsonb_each(transaction_details -> 'ponto') AS detail (name, value)
                WHERE name IN ('account', 'transaction')
               HAVING count(*) > 0), '{}'::jsonb), '{}'::jsonb)
 WHERE jsonb_typeof(transaction_details -> 'ponto') = 'object';
-- A copy is neutralized before its update, and may lack these columns.
DO $$
DECLARE
    late record;
BEGIN
    FOR late IN
        SELECT table_name, column_name
          FROM information_schema.columns
         WHERE table_schema = current_schema()
           AND (table_name, column_name) IN (
               ('account_bank_statement_line', 'ponto_search_text'),
               ('ponto_connection', 'told_problem'),
               ('ponto_online_account', 'reference_digest'))
    LOOP
        EXECUTE format('UPDATE %1$I SET %2$I = NULL WHERE %2$I IS NOT NULL',
                       late.table_name, late.column_name);
    END LOOP;
END
$$;
UPDATE ponto_provider_account
   SET logo_url = NULL;
UPDATE ponto_sync_run
   SET customer_ip = NULL;
DELETE FROM ponto_connect;
-- An import of connections that was given up: a file of secrets in clear.
DELETE FROM base_import_import
 WHERE res_model = 'ponto.connection';
DELETE FROM ponto_fetch_accounts;
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE module = 'account_ponto_sync' AND model = 'ir.cron'
     );
