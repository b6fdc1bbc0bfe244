-- A neutralized copy holds no secret and contacts nobody.
UPDATE ponto_connection
   SET client_secret_encrypted = NULL,
       token_encrypted = NULL,
       token_expires_at = NULL,
       client_id = NULL,
       problem_code = NULL,
       problem_values = NULL,
       told_problem = NULL,
       retry_at = NULL,
       state = 'draft';
-- The bank's own words are not needed for trying things out; the lines stay.
UPDATE ponto_transaction
   SET raw = NULL;
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
