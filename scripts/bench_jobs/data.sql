-- A deterministic history of :contacts contacts, about ten documents each, written into
-- a database with the addon's dependencies but without the addon.
--
--   psql -v contacts=100000 <data.sql
--
-- Chance comes from hashes of the row's number, so that a second run gives the same
-- rows; only dates move, they end today.  Documents are inserted in the order of their
-- dates, as life would: those of one contact do not lie side by side on disk.

\set ON_ERROR_STOP on
SET timezone = 'UTC';
SET synchronous_commit = off;
SET work_mem = '128MB';
SET maintenance_work_mem = '512MB';
SET client_min_messages = warning;

SELECT date_trunc('day', now())::timestamp AS today \gset
SELECT max(id) AS base FROM res_partner \gset
SELECT min(id) AS company FROM res_company \gset
SELECT currency_id AS currency FROM res_company WHERE id = :company \gset

-- Chance in (0, 1], and a mean of 1 with a long tail.
CREATE FUNCTION pg_temp.u(key bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT ((hashint8extended(key, salt) & 4294967295) + 1)::float8 / 4294967296 $$;
CREATE FUNCTION pg_temp.tail(key bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT -ln(((hashint8extended(key, salt) & 4294967295) + 1)::float8 / 4294967296) $$;
CREATE FUNCTION pg_temp.days(number float8) RETURNS interval LANGUAGE sql IMMUTABLE AS
$$ SELECT make_interval(secs => number * 86400) $$;

-- Indexes and foreign keys come back when the rows are there: many times faster.
CREATE TEMP TABLE filled (name) AS
VALUES ('res_partner'), ('mailing_contact'), ('mailing_subscription'), ('mailing_trace'),
       ('link_tracker_click'), ('sale_order'), ('sale_order_line'), ('crm_lead'),
       ('rating_rating'), ('calendar_event'), ('calendar_attendee');
CREATE TEMP TABLE mended AS
SELECT 1 AS step, format('DROP INDEX %I', i.relname) AS dropped,
       pg_get_indexdef(i.oid) AS made
  FROM filled JOIN pg_index x ON x.indrelid = filled.name::regclass
  JOIN pg_class i ON i.oid = x.indexrelid
 WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)
 UNION ALL
SELECT 2, format('ALTER TABLE %I DROP CONSTRAINT %I', filled.name, c.conname),
       format('ALTER TABLE %I ADD CONSTRAINT %I %s', filled.name, c.conname,
              pg_get_constraintdef(c.oid))
  FROM filled JOIN pg_constraint c ON c.conrelid = filled.name::regclass
 WHERE c.contype = 'f';
SELECT dropped FROM mended ORDER BY step DESC \gexec

-- Contacts. Some 45 % are customers: they buy at a pace of their own, from the day
-- they come until they are lost. The first one is the busiest: 2,000 orders.
CREATE TEMP TABLE life AS
SELECT k, :'today'::timestamp - pg_temp.days(age) AS born,
       CASE WHEN k = 1 THEN 900 ELSE LEAST(age - 1, 500 * pg_temp.tail(k, 2)) END AS lasts,
       30 + 50 * pg_temp.tail(k, 3) AS spends,
       CASE WHEN pg_temp.u(k, 4) < 0.45 THEN 7.5 * pg_temp.tail(k, 5) END AS pace,
       0 AS orders
  FROM (SELECT k, CASE WHEN k = 1 THEN 901 ELSE 30 + 1070 * pg_temp.u(k, 1) END AS age
          FROM generate_series(1, :contacts::bigint) k) contact;
UPDATE life
   SET orders = CASE WHEN k = 1 THEN 2000
                     ELSE LEAST(60, 1 + floor(pace * lasts / 365)) END
 WHERE pace IS NOT NULL OR k = 1;
ALTER TABLE life ADD PRIMARY KEY (k);
ANALYZE life;

INSERT INTO res_partner
       (id, commercial_partner_id, name, complete_name, email, email_normalized,
        phone, phone_sanitized, city, zip, active, type, is_company, partner_share,
        lang, autopost_bills, create_uid, write_uid, create_date, write_date)
SELECT :base + k, :base + k, name, name, address, address, phone, phone,
       'City ' || k % 500, lpad((k % 9000)::text, 4, '0'), true, 'contact', false, true,
       'en_US', 'ask', 1, 1, born, born + interval '1 day'
  FROM (SELECT k, born, 'Contact ' || k AS name,
               -- Every fiftieth has the address of another.
               'c' || k - (k % 50 = 0)::int || '@example.com' AS address,
               CASE WHEN k % 2 = 0 THEN '+324' || lpad(k::text, 8, '0') END AS phone
          FROM life) contact
 ORDER BY k;
SELECT setval('res_partner_id_seq', :base + :contacts) \g /dev/null

-- Where contacts come from
INSERT INTO utm_source (name) SELECT 'Bench source ' || i FROM generate_series(0, 9) i;
INSERT INTO utm_source (name) SELECT 'Bench mailing ' || i FROM generate_series(0, 23) i;
SELECT min(id) AS source FROM utm_source WHERE name LIKE 'Bench source %' \gset
SELECT min(id) AS mail_source FROM utm_source WHERE name LIKE 'Bench mailing %' \gset
INSERT INTO utm_campaign (name, title, user_id, stage_id, active)
SELECT 'Bench ' || i, jsonb_build_object('en_US', 'Bench ' || i), 1,
       (SELECT min(id) FROM utm_stage), true
  FROM generate_series(0, 4) i;
SELECT min(id) AS campaign FROM utm_campaign WHERE name LIKE 'Bench %' \gset
SELECT min(id) AS medium FROM utm_medium \gset

-- Lists: six of ten contacts, and some addresses that no contact has
INSERT INTO mailing_list (name, active) VALUES ('Bench news', true), ('Bench offers', true);
SELECT min(id) AS list FROM mailing_list WHERE name LIKE 'Bench %' \gset
SELECT COALESCE(max(id), 0) AS listed FROM mailing_contact \gset
INSERT INTO mailing_contact (id, name, email, email_normalized, create_date, write_date)
SELECT :listed + k, 'Contact ' || k, address, address, joined, joined
  FROM (SELECT k, born + interval '2 hours' AS joined,
               CASE WHEN k % 20 = 3 THEN 'stranger' ELSE 'c' END || k || '@example.com'
                   AS address
          FROM life WHERE k % 10 < 6) contact
 ORDER BY k;
SELECT setval('mailing_contact_id_seq', :listed + :contacts) \g /dev/null
INSERT INTO mailing_subscription
       (contact_id, list_id, opt_out, opt_out_datetime, create_date, write_date)
SELECT contact, list, left_date IS NOT NULL, left_date, joined, COALESCE(left_date, joined)
  FROM (SELECT :listed + k AS contact, :list + g AS list, born + interval '2 hours' AS joined,
               CASE WHEN pg_temp.u(2 * k + g, 6) < 0.05
                    THEN born + pg_temp.days(1 + 28 * pg_temp.u(k, 7)) END AS left_date
          FROM life, generate_series(0, 1) g
         WHERE k % 10 < 6 AND (g = 0 OR k % 6 = 0)) subscription
 ORDER BY joined;

-- Twenty-four mailings in two years, four to each contact: three by contact, one by the
-- contact of a list when there is one
INSERT INTO mailing_mailing
       (source_id, medium_id, mailing_model_id, subject, email_from, schedule_type, state,
        mailing_type, active, sent_date, create_date, write_date)
SELECT :mail_source + m, :medium, (SELECT id FROM ir_model WHERE model = 'res.partner'),
       'Bench newsletter ' || m, 'news@example.com', 'now', 'done', 'mail', true, sent, sent, sent
  FROM (SELECT m, :'today'::timestamp - pg_temp.days(720 - 30 * m) AS sent
          FROM generate_series(0, 23) m) mailing;
SELECT min(id) AS mailing FROM mailing_mailing WHERE subject LIKE 'Bench %' \gset
INSERT INTO mailing_trace
       (trace_type, model, res_id, email, mass_mailing_id, message_id, trace_status,
        failure_type, sent_datetime, open_datetime, reply_datetime, links_click_datetime,
        create_date, write_date)
SELECT 'mail', CASE WHEN by_list THEN 'mailing.contact' ELSE 'res.partner' END,
       CASE WHEN by_list THEN :listed ELSE :base END + k, 'c' || k || '@example.com',
       :mailing + m, format('<%s.%s@bench>', k, g),
       CASE WHEN bounced THEN 'bounce' WHEN chance < 0.01 THEN 'reply'
            WHEN chance < 0.45 THEN 'open' ELSE 'sent' END,
       CASE WHEN bounced THEN 'mail_bounce' END, sent,
       CASE WHEN chance < 0.45 THEN opened END,
       CASE WHEN chance < 0.01 THEN opened + interval '1 hour' END,
       CASE WHEN chance < 0.20 THEN opened + interval '30 seconds' END,
       sent - interval '1 hour',
       CASE WHEN bounced THEN sent + interval '1 minute'
            WHEN chance < 0.01 THEN opened + interval '1 hour'
            WHEN chance < 0.20 THEN opened + interval '30 seconds'
            WHEN chance < 0.45 THEN opened ELSE sent END
  FROM (SELECT k, g, m, g = 3 AND k % 10 < 6 AS by_list,
               pg_temp.u(8192 * k + g, 8) AS chance,
               pg_temp.u(8192 * k + g, 8) > 0.98 AS bounced, sent,
               sent + pg_temp.days(0.3 * pg_temp.tail(8192 * k + g, 9)) AS opened
          FROM (SELECT k, g, m, :'today'::timestamp
                       - pg_temp.days(720 - 30 * m - 0.3 * k / :contacts) AS sent
                  FROM (SELECT k, g, 6 * g + k % 6 AS m
                          FROM life, generate_series(0, 3) g
                         UNION ALL
                        -- The busiest contact has 10,000 touchpoints.
                        SELECT 1, g, g % 24 FROM generate_series(100, 5400) g) sending
               ) mail) trace
 ORDER BY trace.sent, k;

-- Clicks, some by machines: within a second of the mail
INSERT INTO link_tracker (url, title, mass_mailing_id, create_date, write_date)
SELECT 'https://example.com/' || i, 'Bench page ' || i, :mailing + i % 24, now(), now()
  FROM generate_series(0, 47) i;
SELECT min(id) AS link FROM link_tracker WHERE title LIKE 'Bench %' \gset
INSERT INTO link_tracker_click
       (link_id, mailing_trace_id, mass_mailing_id, country_id, create_date, write_date)
SELECT :link + (id + g) % 48, id, mass_mailing_id, (SELECT min(id) FROM res_country),
       clicked, clicked
  FROM (SELECT t.id, g, t.mass_mailing_id,
               CASE WHEN pg_temp.u(t.id, 10) < 0.05 THEN t.sent_datetime + interval '1 second'
                    ELSE t.links_click_datetime + g * interval '3 minutes' END AS clicked
          FROM mailing_trace t,
               generate_series(0, floor(2.9 * pg_temp.u(t.id, 11))::int) g
         WHERE t.links_click_datetime IS NOT NULL AND t.message_id LIKE '%@bench>') click
 ORDER BY clicked, id, g;

-- Products, and one reward
INSERT INTO product_category (name, complete_name)
SELECT 'Bench ' || i, 'Bench ' || i FROM generate_series(0, 3) i;
SELECT min(id) AS category FROM product_category WHERE name LIKE 'Bench %' \gset
INSERT INTO product_template
       (name, categ_id, uom_id, type, service_tracking, list_price, sale_ok, active)
SELECT jsonb_build_object('en_US', 'Bench product ' || i), :category + i % 4,
       (SELECT min(id) FROM uom_uom), 'consu', 'no', 10 + i, true, true
  FROM generate_series(0, 19) i;
SELECT min(id) AS template FROM product_template WHERE name->>'en_US' LIKE 'Bench %' \gset
INSERT INTO product_product (product_tmpl_id, active)
SELECT :template + i, true FROM generate_series(0, 19) i;
SELECT min(id) AS product FROM product_product WHERE product_tmpl_id >= :template \gset
INSERT INTO loyalty_program (name, program_type, trigger, applies_on, currency_id, active)
VALUES ('{"en_US": "Bench"}', 'promotion', 'auto', 'current', :currency, true)
RETURNING id AS program \gset
INSERT INTO loyalty_reward
       (program_id, reward_type, discount_mode, discount_applicability, description, active)
VALUES (:program, 'discount', 'percent', 'order', '{"en_US": "10%"}', true)
RETURNING id AS reward \gset

-- Orders with their lines; three of a hundred are cancelled, three were only offered
INSERT INTO sale_order
       (company_id, currency_id, partner_id, partner_invoice_id, partner_shipping_id, name,
        date_order, state, amount_untaxed, amount_tax, amount_total, currency_rate,
        source_id, medium_id, campaign_id, create_date, write_date)
SELECT :company, :currency, contact, contact, contact, format('SB%s-%s', k, j), ordered,
       CASE WHEN chance < 0.03 THEN 'cancel' WHEN chance < 0.06 THEN 'sent'
            WHEN chance < 0.08 THEN 'draft' ELSE 'sale' END,
       untaxed, untaxed * 0.21, untaxed * 1.21, 1,
       CASE WHEN chance > 0.5 THEN :source + k % 10 END,
       CASE WHEN chance > 0.5 THEN :medium END,
       CASE WHEN chance > 0.8 THEN :campaign + j % 5 END,
       ordered - interval '10 minutes', ordered + interval '1 hour'
  FROM (SELECT k, j, :base + k AS contact, pg_temp.u(2048 * k + j, 12) AS chance,
               born + pg_temp.days(lasts * (j - pg_temp.u(2048 * k + j, 13)) / orders)
                   AS ordered,
               round((spends * exp(2 * (pg_temp.u(2048 * k + j, 14) - 0.5)))::numeric, 2)
                   AS untaxed
          FROM life, generate_series(1, orders) j) bought
 ORDER BY ordered, k;
INSERT INTO sale_order_line
       (order_id, order_partner_id, company_id, currency_id, sequence, name, product_id,
        product_uom_id, product_uom_qty, price_unit, price_subtotal, price_total,
        customer_lead, state, reward_id, create_date, write_date)
SELECT id, partner_id, :company, :currency, line, 'Bench', :product + (id + 7 * line) % 20,
       (SELECT min(id) FROM uom_uom), 1, price, price, price * 1.21, 0, state,
       CASE WHEN line = 3 THEN :reward END, create_date, write_date
  FROM (SELECT o.*, line,
               CASE WHEN line = 3 THEN -0.1 ELSE 1.1 / (1 + (id % 4 = 0)::int) END
               * amount_untaxed AS price
          FROM sale_order o, generate_series(1, 3) line
         WHERE o.name LIKE 'SB%' AND (line = 1 OR line = 2 AND id % 4 = 0
               OR line = 3 AND id % 20 = 0)) bought
 ORDER BY id, line;

-- One order in forty is given back, half of it or all; of one refund in ten nobody
-- knows which order it was for
INSERT INTO account_journal
       (company_id, code, type, name, active, invoice_reference_type,
        invoice_reference_model)
VALUES (:company, 'BENCH', 'sale', '{"en_US": "Bench"}', true, 'invoice', 'odoo')
RETURNING id AS journal \gset
SELECT min(id) AS account FROM account_account \gset
SELECT COALESCE(max(id), 0) AS move FROM account_move \gset
CREATE TEMP TABLE refund AS
SELECT o.id AS order_id, partner_id, round(amount_untaxed * share, 2) AS untaxed,
       date_order + pg_temp.days(3 + 20 * pg_temp.u(o.id, 20)) AS refunded,
       row_number() OVER (ORDER BY date_order, o.id) AS number
  FROM sale_order o, LATERAL (SELECT CASE WHEN id % 2 = 0 THEN 0.5 ELSE 1 END AS share) s
 WHERE name LIKE 'SB%' AND state = 'sale' AND pg_temp.u(o.id, 21) < 0.025
   AND date_order < :'today'::timestamp - interval '25 days';
INSERT INTO account_move
       (id, journal_id, company_id, partner_id, commercial_partner_id, currency_id, name,
        state, move_type, auto_post, payment_state, date, invoice_date, amount_untaxed,
        amount_tax, amount_total, amount_untaxed_signed, amount_total_signed,
        invoice_currency_rate, create_date, write_date)
SELECT :move + number, :journal, :company, partner_id, partner_id, :currency,
       'RBENCH/' || number, 'posted', 'out_refund', 'no', 'paid', refunded, refunded,
       untaxed, untaxed * 0.21, untaxed * 1.21, -untaxed, -untaxed * 1.21, 1, refunded,
       refunded
  FROM refund ORDER BY number;
SELECT setval('account_move_id_seq', :move + 1 + (SELECT count(*) FROM refund)) \g /dev/null
SELECT COALESCE(max(id), 0) AS move_line FROM account_move_line \gset
INSERT INTO account_move_line
       (id, move_id, journal_id, company_id, partner_id, account_id, currency_id, name,
        display_type, parent_state, date, quantity, price_unit, price_subtotal,
        price_total, debit, credit, balance, amount_currency, create_date, write_date)
SELECT :move_line + number, :move + number, :journal, :company, partner_id, :account,
       :currency, 'Bench', 'product', 'posted', refunded, 1, untaxed, untaxed,
       untaxed * 1.21, untaxed, 0, untaxed, untaxed, refunded, refunded
  FROM refund ORDER BY number;
SELECT setval('account_move_line_id_seq', :move_line + 1 + (SELECT count(*) FROM refund))
    \g /dev/null
INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
SELECT :move_line + number, min(l.id)
  FROM refund r JOIN sale_order_line l ON l.order_id = r.order_id
 WHERE number % 10 > 0 GROUP BY number;

-- Leads of four in ten contacts, every third known by the address alone
INSERT INTO crm_lead
       (name, type, partner_id, email_from, email_normalized, active, won_status,
        expected_revenue, stage_id, company_id, source_id, medium_id, create_date,
        date_closed, write_date)
SELECT 'Lead ' || k, CASE WHEN chance < 0.2 THEN 'lead' ELSE 'opportunity' END,
       CASE WHEN k % 3 > 0 THEN :base + k END, address, address, chance < 0.7,
       CASE WHEN chance >= 0.7 THEN 'lost' WHEN chance > 0.4 THEN 'won' ELSE 'pending' END,
       500 * chance, (SELECT min(id) FROM crm_stage), :company, :source + k % 10, :medium,
       begun, CASE WHEN chance > 0.4 THEN ended END,
       CASE WHEN chance > 0.4 THEN ended ELSE begun END
  FROM (SELECT k, 'c' || k || '@example.com' AS address, pg_temp.u(k, 15) AS chance,
               born + interval '1 day' AS begun,
               born + pg_temp.days(2 + 26 * pg_temp.u(k, 16)) AS ended
          FROM life WHERE k % 5 < 2) lead
 ORDER BY lead.begun, k;

-- Ratings of one order in twenty, meetings with one contact in twenty
INSERT INTO rating_rating
       (res_model_id, res_model, res_id, res_name, partner_id, rating, consumed,
        access_token, rated_on, create_date, write_date)
SELECT (SELECT id FROM ir_model WHERE model = 'sale.order'), 'sale.order', id, name,
       partner_id, 1 + floor(4.99 * sqrt(pg_temp.u(id, 18))), true, md5(name),
       date_order + interval '2 hours', date_order, date_order + interval '2 hours'
  FROM sale_order
 WHERE name LIKE 'SB%' AND state = 'sale' AND pg_temp.u(id, 17) < 0.05
 ORDER BY date_order, sale_order.id;
SELECT COALESCE(max(id), 0) AS event FROM calendar_event \gset
INSERT INTO calendar_event
       (id, name, start, stop, duration, active, allday, show_as, create_date, write_date)
SELECT :event + k / 20, 'Meeting ' || k, met, met + interval '1 hour', 1, true, false, 'busy',
       born, born
  FROM (SELECT k, born, born + pg_temp.days(1 + 27 * pg_temp.u(k, 19)) AS met
          FROM life WHERE k % 20 = 0) meeting
 ORDER BY k;
INSERT INTO calendar_attendee
       (event_id, partner_id, state, access_token, create_date, write_date)
SELECT :event + k / 20, :base + k, 'accepted', md5('m' || k), born, born
  FROM life WHERE k % 20 = 0 ORDER BY k;
SELECT setval('calendar_event_id_seq', :event + :contacts / 20 + 1) \g /dev/null

SELECT made FROM mended ORDER BY step \gexec
-- Tables that only a superuser may vacuum are none of ours.
SET client_min_messages = error;
VACUUM ANALYZE;
