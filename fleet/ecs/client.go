package ecs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/smithy-go/logging"
)

const (
	// wait is the time for everything, retries included.
	wait = 2 * time.Minute
	// waitCall is the time for one attempt at one call.
	waitCall = 20 * time.Second
	// waitRegion is the time for an instance to say where it is: link-local, or not there.
	waitRegion = 2 * time.Second
	// attempts is how often a call is tried where AWS throttles it or fails, unless
	// AWS_MAX_ATTEMPTS says otherwise. A cluster's limits are shared with all who ask.
	attempts = 8
	// atOnce is how many calls are under way at the same time.
	atOnce = 4
)

// client asks AWS.
type client struct {
	ecs    *ecs.Client
	ec2    *ec2.Client
	region string
	gaps   gaps
}

// connect reads the environment and AWS' files, and looks for credentials. tune
// changes what tests can't wait for.
func connect(ctx context.Context, region string, tune func(*aws.Config)) (*client, error) {
	settings, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(waitCall)),
		// The SDK warns on stderr, which is ours.
		config.WithLogger(logging.Nop{}))
	if err != nil {
		return nil, fmt.Errorf("AWS settings: %s", shown(err.Error()))
	}
	if settings.Region == "" {
		settings.Region = region
	}
	if settings.Region == "" {
		settings.Region = ownRegion(ctx, settings)
	}
	if settings.Region == "" {
		return nil, errors.New("no AWS region (set AWS_REGION, or region in the profile)")
	}
	if _, err := settings.Credentials.Retrieve(ctx); err != nil {
		return nil, fmt.Errorf("no AWS credentials: %s (set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in)", shown(rootOf(err)))
	}
	if settings.RetryMaxAttempts == 0 {
		settings.RetryMaxAttempts = attempts
	}
	settings.HTTPClient = HTTPClient{settings.HTTPClient}
	if tune != nil {
		tune(&settings)
	}
	return &client{ecs: ecs.NewFromConfig(settings), ec2: ec2.NewFromConfig(settings), region: settings.Region}, nil
}

// ownRegion is that of the EC2 instance that we are on, or empty. The SDK alone
// doesn't ask for it, as the AWS command does.
func ownRegion(ctx context.Context, settings aws.Config) string {
	ctx, cancel := context.WithTimeout(ctx, waitRegion)
	defer cancel()
	out, err := imds.NewFromConfig(settings).GetRegion(ctx, nil)
	if err != nil {
		return ""
	}
	return out.Region
}
