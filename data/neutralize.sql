-- A neutralized copy holds no secret and contacts nobody.
UPDATE ponto_connection
   SET client_secret_encrypted = NULL,
       token_encrypted = NULL,
       token_expires_at = NULL,
       state = 'draft';
UPDATE ponto_sync_run
   SET customer_ip = NULL;
DELETE FROM ponto_connect;
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE module = 'account_ponto_sync' AND model = 'ir.cron'
     );
